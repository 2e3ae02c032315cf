namespace IntegrationKit.HttpMock;

/// <summary>Answers that are given one after the other; the last one repeats.</summary>
internal sealed class AnswerSequence
{
    private readonly Answer[] _answers;
    private int _given;

    public AnswerSequence(params Answer[] answers) => _answers = answers;

    /// <summary>Hands out each answer once, whatever the number of callers at the same time.</summary>
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

    /// <summary>The same answers and one more, where this one stands.</summary>
    public AnswerSequence Then(Answer answer) => new([.. _answers, answer]) { _given = Volatile.Read(ref _given) };

    /// <summary>The same answers from the first.</summary>
    public AnswerSequence FromStart() => new(_answers);
}
