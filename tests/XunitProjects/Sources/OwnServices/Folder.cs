namespace Scenarios.OwnServices;

/// <summary>A folder of its own, which a reset empties.</summary>
public sealed class FolderService : TestService
{
    public string Path => GetRun<FolderRun>().Folder.FullName;

    protected override Task<ServiceRun> StartAsync(StartContext start, CancellationToken cancellationToken) =>
        Task.FromResult<ServiceRun>(new FolderRun(Directory.CreateTempSubdirectory()));
}

internal sealed class FolderRun(DirectoryInfo folder) : ServiceRun
{
    public DirectoryInfo Folder => folder;

    public override Task ResetAsync(CancellationToken cancellationToken)
    {
        folder.Delete(recursive: true);
        folder.Create();
        return Task.CompletedTask;
    }

    public override ValueTask DisposeAsync()
    {
        folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}
