namespace Scenarios.OwnServices;

public sealed class FolderService : TestService
{
    public string Path => GetRun<FolderRun>().Path;

    protected override Task<ServiceRun> StartAsync(StartContext start, CancellationToken cancellationToken) =>
        Task.FromResult<ServiceRun>(new FolderRun(Directory.CreateTempSubdirectory().FullName));

    private sealed class FolderRun(string path) : ServiceRun
    {
        public string Path => path;

        public override Task ResetAsync(CancellationToken cancellationToken) =>
            Task.Run(() => Array.ForEach(Directory.GetFiles(path), File.Delete), cancellationToken);

        public override async ValueTask DisposeAsync() => await Task.Run(() => Directory.Delete(path, recursive: true));
    }
}
