using IntegrationKit.Launching.Containers;

namespace IntegrationKit.Tests.Launching;

/// <summary>Where files of a description can be put.</summary>
public sealed class ContainerFilesTests
{
    [Theory]
    [InlineData("/app.conf")]
    [InlineData("/etc/app/app.conf")]
    [InlineData("/data-of-app/app.conf")]
    public void FindProblems_of_an_absolute_path_are_none(string path) => Assert.Empty(ContainerFiles.FindProblems([path], ["/data"]));

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("app.conf")]
    [InlineData("/etc/")]
    [InlineData("/etc//app.conf")]
    [InlineData("/etc/../../app.conf")]
    [InlineData("/./app.conf")]
    public void FindProblems_of_what_is_no_plain_path_is_one(string path) =>
        Assert.Contains($"'{path}'; it must be the absolute path", Assert.Single(ContainerFiles.FindProblems([path], [])), StringComparison.Ordinal);

    [Theory]
    [InlineData("/data")]
    [InlineData("/data/")]
    public void FindProblems_below_what_is_kept_in_memory_is_one(string folder) =>
        Assert.Contains("kept in memory", Assert.Single(ContainerFiles.FindProblems(["/data/app.conf"], [folder])), StringComparison.Ordinal);
}
