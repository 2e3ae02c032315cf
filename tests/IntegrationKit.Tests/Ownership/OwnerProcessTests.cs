using System.Diagnostics;
using IntegrationKit.Ownership;

namespace IntegrationKit.Tests.Ownership;

/// <summary>Whether an owner lives, by what can be seen of it.</summary>
public sealed class OwnerProcessTests : IDisposable
{
    private const int Id = 4711;
    private const string Start = "1234";

    private readonly DirectoryInfo _proc = Directory.CreateTempSubdirectory("ik-proc-");

    public void Dispose() => _proc.Delete(recursive: true);

    [Theory]
    [InlineData("S", Start, true)]
    [InlineData("R", Start, true)]
    [InlineData("Z", Start, false)]
    [InlineData("X", Start, false)]
    [InlineData("S", "1235", false)]
    public void Process_that_is_shown_lives_if_it_runs_and_started_then(string state, string start, bool isAlive)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux shows its processes in /proc.");
        Show(state, start);

        Assert.Equal(isAlive, new OwnerProcess(Id, Start).IsAliveIn(new(_proc.FullName, _ => true)));
    }

    [Fact]
    public void Process_that_is_there_and_not_shown_lives()
    {
        Assert.True(new OwnerProcess(Id, Start).IsAliveIn(new(_proc.FullName, id => id == Id)));
        Assert.False(new OwnerProcess(Id, Start).IsAliveIn(new(_proc.FullName, _ => false)));
    }

    [Fact]
    public void Owner_that_could_not_read_its_own_start_lives_while_its_number_is_in_use()
    {
        Assert.True(new OwnerProcess(Environment.ProcessId, string.Empty).IsAliveIn(ProcessTable.OfThisHost));
        Assert.False(new OwnerProcess(Id, string.Empty).IsAliveIn(new(_proc.FullName, _ => false)));
    }

    [Fact]
    public async Task Process_of_this_host_is_noticed_until_it_has_ended()
    {
        var blind = new ProcessTable(_proc.FullName, ProcessTable.Exists);
        using var process = Process.Start(new ProcessStartInfo("sleep", "60"))!;
        var owner = new OwnerProcess(process.Id, ProcessTable.OfThisHost.Find(process.Id)!.StartTime!);
        Assert.True(owner.IsAliveIn(ProcessTable.OfThisHost));
        Assert.True(owner.IsAliveIn(blind));

        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.False(owner.IsAliveIn(ProcessTable.OfThisHost));
        Assert.False(owner.IsAliveIn(blind));
    }

    private void Show(string state, string start)
    {
        var folder = _proc.CreateSubdirectory($"{Id}");
        var rest = string.Join(' ', Enumerable.Repeat("0", 18));
        File.WriteAllText(Path.Combine(folder.FullName, "stat"), $"{Id} (a name) (x) {state} {rest} {start} 0 0");
    }
}
