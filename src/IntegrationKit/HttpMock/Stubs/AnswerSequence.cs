namespace IntegrationKit.HttpMock;

/// <summary>Answers that are given in order; the last one repeats.</summary>
internal sealed class AnswerSequence
{
    private readonly Answer[] _answers;
    private int _given;

    public AnswerSequence(params Answer[] answers) => _answers = answers;

    /// <summary>The next answer. Each is given once, also to callers at the same time.</summary>
    public Answer Next()
    {
        var given = Volatile.Read(ref _given);
        while (given < _answers.Length - 1)
        {
            var seen = Interlocked.CompareExchange(ref _given, given + 1, given);
            if (seen == given)
            {
                return _answers[given];
            }

            given = seen;
        }

        return _answers[^1];
    }

    /// <summary>The same answers and one more, at the current position.</summary>
    public AnswerSequence Then(Answer answer) => new([.. _answers, answer]) { _given = Volatile.Read(ref _given) };

    /// <summary>The same answers, starting from the first.</summary>
    public AnswerSequence FromStart() => new(_answers);

    /// <summary>Whether it has the same answers, at whatever position.</summary>
    public bool Repeats(AnswerSequence? other) => ReferenceEquals(_answers, other?._answers);
}
