using IntegrationKit.Launching;

namespace IntegrationKit.Sharing;

/// <summary>
/// Asks a server that runs whether it still answers: one question at a time for all who want to know, and at most one in a second.
/// </summary>
/// <param name="process">The server.</param>
/// <param name="limit">How long it may take to answer.</param>
/// <param name="onSilence">Called when it is found not to answer.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class AnswerCheck(IServer process, TimeSpan limit, Action onSilence, TimeProvider timeProvider)
{
    // An answer counts for so long: a check before each of many short tests costs next to nothing.
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private Task<string?>? _question;
    private long? _answered;
    private volatile bool _isSilent;

    /// <summary>Whether it gave no answer when it was asked last.</summary>
    public bool IsSilent => _isSilent;

    /// <summary>Says that it runs but does not answer; null if it does.</summary>
    public async Task<string?> FindSilenceAsync(CancellationToken cancellationToken)
    {
        Task<string?> question;
        lock (_gate)
        {
            if (_question is null && _answered is { } answered && timeProvider.GetElapsedTime(answered) < Fresh)
            {
                return null;
            }

            // It has a limit of its own: whoever asks first may be cancelled while others wait.
            question = _question ??= Task.Run(AskAsync, CancellationToken.None);
        }

        return await question.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<string?> AskAsync()
    {
        var silence = await process.FindSilenceAsync(limit, CancellationToken.None).ConfigureAwait(false);
        var isNews = silence is not null && !_isSilent;
        lock (_gate)
        {
            _isSilent = silence is not null;
            _answered = silence is null ? timeProvider.GetTimestamp() : null;
            _question = null;
        }

        if (isNews)
        {
            onSilence();
        }

        return silence;
    }
}

/// <summary>A server runs but does not answer.</summary>
internal sealed class SilentServerException(string silence) : IntegrationKitException(silence);
