using System.Runtime.CompilerServices;
using IntegrationKit.HttpMock;

namespace IntegrationKit;

/// <summary>
/// A stub of an <see cref="ExternalServiceMock"/>: which requests it matches and what it answers. Set its conditions first;
/// it answers as soon as <c>Respond</c> is called. It can be changed at any time and from any thread; a request sees it as
/// it was before or after a call. A stub without an answer is a mistake in the test: a request that only this stub matches
/// gets a 500 that says so.
/// </summary>
public sealed partial class RequestStub
{
    private readonly Lock _gate = new();
    private readonly StubSet _stubs;
    private volatile StubDefinition _definition;

    internal RequestStub(StubSet stubs, StubDefinition definition) => (_stubs, _definition, Run) = (stubs, definition, stubs.Run);

    /// <summary>The run of the mock, from one stop to the next, that the stub belongs to.</summary>
    internal int Run { get; set; }

    internal StubDefinition Definition => _definition;

    /// <summary>Matches only with this query parameter; where it is repeated, one of its values is enough.</summary>
    /// <param name="name">The decoded name, case-sensitive.</param>
    /// <param name="value">The decoded value, case-sensitive.</param>
    public RequestStub WithQuery(string name, string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(value);
        return With(new QueryCondition(name, value));
    }

    /// <summary>Matches only with this header; where it is repeated, one of its values is enough.</summary>
    /// <param name="name">The name, in any case.</param>
    /// <param name="value">The whole value, case-sensitive.</param>
    public RequestStub WithHeader(string name, string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(value);
        return With(new HeaderCondition(name, value));
    }

    /// <summary>
    /// Matches only where the body is JSON that contains this: each expected member exists and is equal, other members are
    /// allowed; arrays have the same length and order; numbers are compared by value.
    /// </summary>
    /// <param name="expected">An object, turned into JSON with web defaults (camelCase), or a string of JSON text.</param>
    /// <exception cref="ArgumentException">The string is not JSON.</exception>
    public RequestStub WithJson(object expected)
    {
        ArgumentNullException.ThrowIfNull(expected);
        return With(new JsonCondition(expected));
    }

    /// <summary>Matches only where the delegate returns true. It may be called at any time and from several threads at once.</summary>
    /// <param name="predicate">The condition. Where it throws, it does not match.</param>
    /// <param name="text">How messages name the condition. Default: its source text.</param>
    public RequestStub Matching(
        Func<ReceivedRequest, bool> predicate, [CallerArgumentExpression(nameof(predicate))] string text = "")
    {
        ArgumentNullException.ThrowIfNull(predicate);
        return With(new PredicateCondition(predicate, text));
    }

    /// <summary>The method, path and conditions, without secrets.</summary>
    public override string ToString() => _definition.ToString();

    internal void Restore(StubDefinition definition) =>
        Change(_ => definition with { Answers = definition.Answers?.FromStart() });

    private RequestStub With(IRequestCondition condition) =>
        Change(definition => definition with { Conditions = definition.Conditions.Add(condition) });

    private RequestStub Change(Func<StubDefinition, StubDefinition> change)
    {
        lock (_gate)
        {
            _definition = change(_definition);
        }

        return this;
    }
}
