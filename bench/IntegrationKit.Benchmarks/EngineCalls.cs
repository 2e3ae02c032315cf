using System.Diagnostics.Metrics;

namespace IntegrationKit.Benchmarks;

/// <summary>Counts the HTTP requests of this process, which are those to the engine while a scenario makes no others.</summary>
internal sealed class EngineCalls : IDisposable
{
    private readonly MeterListener _listener = new()
    {
        InstrumentPublished = (instrument, listener) =>
        {
            if (instrument is { Meter.Name: "System.Net.Http", Name: "http.client.active_requests" })
            {
                listener.EnableMeasurementEvents(instrument);
            }
        },
    };

    private int _count;

    public EngineCalls()
    {
        _listener.SetMeasurementEventCallback<long>((_, change, _, _) => Interlocked.Add(ref _count, change > 0 ? 1 : 0));
        _listener.Start();
    }

    public int Count => Volatile.Read(ref _count);

    public void Dispose() => _listener.Dispose();
}
