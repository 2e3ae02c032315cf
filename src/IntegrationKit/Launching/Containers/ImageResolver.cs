using System.Collections.Concurrent;
using IntegrationKit.Engine;
using IntegrationKit.Limits;

namespace IntegrationKit.Launching.Containers;

/// <summary>Finds images on the engine, and pulls those that are missing. An image is looked for once per session.</summary>
internal sealed class ImageResolver(IContainerEngine engine, CancellationToken sessionEnd)
{
    private readonly ConcurrentDictionary<string, Resolution> _images = new(StringComparer.Ordinal);

    /// <summary>Returns what is known of an image, after a pull if it is missing. Several callers share one pull.</summary>
    /// <exception cref="ImageUnavailableException">It is not there and could not be pulled.</exception>
    public async Task<ImageDetails> ResolveAsync(string image, Action<PullProgress> onPull, CancellationToken cancellationToken)
    {
        var resolution = _images.GetOrAdd(image, _ => new());
        resolution.Add(onPull);
        try
        {
            return await resolution.Details(report => FindAsync(image, report, resolution)).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            resolution.Remove(onPull);
        }
    }

    /// <summary>A failure is thrown to all who wait for it; a later call tries again.</summary>
    private async Task<ImageDetails> FindAsync(string image, IProgress<PullProgress> report, Resolution resolution)
    {
        try
        {
            return await FindAsync(image, report).ConfigureAwait(false);
        }
        catch
        {
            _images.TryRemove(new(image, resolution));
            throw;
        }
    }

    private async Task<ImageDetails> FindAsync(string image, IProgress<PullProgress> report)
    {
        var found = await engine.Images.InspectAsync(image, sessionEnd).ConfigureAwait(false);
        if (found is not null)
        {
            return found;
        }

        try
        {
            report.Report(new(Layer: null, "Pulling", CurrentBytes: null, TotalBytes: null));
            await engine.Images.PullAsync(image, report, sessionEnd).ConfigureAwait(false);
            found = await engine.Images.InspectAsync(image, sessionEnd).ConfigureAwait(false);
        }
        catch (EngineException e)
        {
            var (alternative, prefix) = await FindAlternativeAsync(image).ConfigureAwait(false);
            throw new ImageUnavailableException(image, e.EngineMessage, alternative, prefix);
        }

        return found ?? throw new ImageUnavailableException(image, "the pull ended without an error, but the engine has no such image.", localAlternative: null, suggestedPrefix: null);
    }

    /// <summary>Looks for the same name and tag under a prefix, as a stand-in or a company mirror would have it.</summary>
    private async Task<(string? Image, string? Prefix)> FindAlternativeAsync(string image)
    {
        var reference = ImageReference.Parse(image);
        var tail = $"{reference.Name[(reference.Name.LastIndexOf('/') + 1)..]}:{reference.Tag ?? "latest"}";
        foreach (var pattern in (string[])[$"*/{tail}", $"*/*/{tail}"])
        {
            var tags = await engine.Images.ListTagsAsync(pattern, sessionEnd).ConfigureAwait(false);
            if (tags.FirstOrDefault(tag => tag != image) is { } tag)
            {
                return (tag, tag[..^(tail.Length + 1)]);
            }
        }

        return (null, null);
    }

    private sealed class Resolution : IProgress<PullProgress>
    {
        private readonly Lock _gate = new();
        private Action<PullProgress>? _listeners;
        private Task<ImageDetails>? _details;

        public void Report(PullProgress value) => Volatile.Read(ref _listeners)?.Invoke(value);

        public void Add(Action<PullProgress> listener)
        {
            lock (_gate)
            {
                _listeners += listener;
            }
        }

        public void Remove(Action<PullProgress> listener)
        {
            lock (_gate)
            {
                _listeners -= listener;
            }
        }

        public Task<ImageDetails> Details(Func<IProgress<PullProgress>, Task<ImageDetails>> find)
        {
            lock (_gate)
            {
                return _details ??= find(this).Observed();
            }
        }
    }
}
