using IntegrationKit.Engine;

namespace IntegrationKit.Launching.Containers;

/// <summary>
/// Adds up the layers of a pull, reports every tenth of the bytes, and stops the infrastructure's clock while the pull
/// runs.
/// </summary>
internal sealed class PullReporter(string service, string image, LaunchContext context) : IDisposable
{
    // Docker's own limit is 127.
    private const int MostLayers = 1000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (long Current, long Total)> _layers = new(StringComparer.Ordinal);
    private IDisposable? _pause;
    private long _reported = -1;

    public void OnProgress(PullProgress progress)
    {
        lock (_gate)
        {
            _pause ??= context.Deadline.Pause();
            if (progress is { Layer: { } layer, CurrentBytes: { } current, TotalBytes: { } total } && (_layers.Count < MostLayers || _layers.ContainsKey(layer)))
            {
                _layers[layer] = (current, total);
            }

            var (done, all) = (_layers.Values.Sum(each => each.Current), _layers.Values.Sum(each => each.Total));
            var tenth = all == 0 ? 0 : done * 10 / all;
            if (tenth > _reported)
            {
                _reported = tenth;
                context.Reporter.Report(service, ServiceStage.Pulling, detail: all == 0 ? image : $"{image}: {tenth * 10} % of {all / 1_000_000} MB");
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _pause?.Dispose();
        }
    }
}
