using System.Diagnostics;
using IntegrationKit.Ownership;

namespace IntegrationKit.Tests.Ownership;

/// <summary>To which process a thing on the engine belongs, and whether that process still lives.</summary>
public sealed class OwnerTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Labels_of_this_process_are_its_own_and_its_owner_lives()
    {
        var labels = ResourceLabels.LabelsFor("redis", Now);

        Assert.True(ResourceLabels.IsOwn(labels));
        Assert.False(ResourceLabels.OwnerIsDead(labels));
        Assert.Equal("redis", labels[ResourceLabels.ServiceLabel]);
        Assert.Equal(Now, ResourceLabels.CreatedAt(labels));
    }

    [Fact]
    public async Task Owner_that_has_ended_is_dead()
    {
        using var process = Process.Start(new ProcessStartInfo("sleep", "60"))!;
        var labels = LabelsOf(process);
        Assert.False(ResourceLabels.OwnerIsDead(labels));

        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(ResourceLabels.OwnerIsDead(labels));
    }

    [Fact]
    public void Same_number_with_another_start_time_is_another_process()
    {
        var labels = ResourceLabels.LabelsFor("redis", Now);
        labels["org.integrationkit.owner-start"] = "1";

        Assert.True(ResourceLabels.OwnerIsDead(labels));
    }

    [Theory]
    [InlineData("org.integrationkit.host", "another host or pid namespace")]
    [InlineData("org.integrationkit.owner-pid", "no number")]
    [InlineData("org.integrationkit.owner-pid", "0")]
    [InlineData("org.integrationkit.owner-pid", "-1")]
    [InlineData("org.integrationkit.owner-pid", null)]
    [InlineData("org.integrationkit.owner-start", null)]
    [InlineData("org.integrationkit.host", null)]
    public void Owner_that_cannot_be_seen_from_here_is_not_called_dead(string label, string? value)
    {
        var labels = ResourceLabels.LabelsFor("redis", Now);
        labels["org.integrationkit.owner-start"] = "1";
        Assert.True(ResourceLabels.OwnerIsDead(labels));

        labels.Remove(label);
        if (value is not null)
        {
            labels[label] = value;
        }

        Assert.False(ResourceLabels.OwnerIsDead(labels));
    }

    [Fact]
    public void Time_of_creation_that_is_missing_or_unreadable_is_unknown()
    {
        Assert.Null(ResourceLabels.CreatedAt(new Dictionary<string, string>()));
        Assert.Null(ResourceLabels.CreatedAt(new Dictionary<string, string> { ["org.integrationkit.created"] = "yesterday" }));
    }

    private static Dictionary<string, string> LabelsOf(Process process)
    {
        var labels = ResourceLabels.LabelsFor("redis", Now);
        var stat = File.ReadAllText($"/proc/{process.Id}/stat");
        labels["org.integrationkit.owner-pid"] = $"{process.Id}";
        labels["org.integrationkit.owner-start"] = stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19];
        return labels;
    }
}
