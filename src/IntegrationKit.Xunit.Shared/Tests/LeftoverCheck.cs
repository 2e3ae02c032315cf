using System.Reflection;
using Microsoft.Extensions.Logging;

namespace IntegrationKit.Adapter;

/// <summary>Finds what a test leaves behind. Makes no call where nobody asks for it.</summary>
internal sealed class LeftoverCheck
{
    private const string Remedy =
        "Remove it before the test's end, for instance in CleanUpAsync, or allow it: [Leftovers(LeftoverPolicy.Ignore)] on the test or its class, or Leftovers of its fixture.";

    private static readonly Action<ILogger, string, Exception?> LeftBehind =
        LoggerMessage.Define<string>(LogLevel.Warning, new(17, "LeftBehind"), "{Message}");

    private static readonly Action<ILogger, string, string, Exception?> NotFoundOut =
        LoggerMessage.Define<string, string>(LogLevel.Warning, new(19, "LeftoversUnknown"), "What {Test} has left behind could not be found out: {Reason}");

    private readonly FixtureLifecycle _fixture;
    private readonly string _test;
    private LeftoverPolicy _policy;
    private IReadOnlyList<ServiceLeftover> _before = [];

    public LeftoverCheck(FixtureLifecycle fixture, Type testClass, TestHandle test)
    {
        (_fixture, _test) = (fixture, test.Name);
        _policy = (test.Method?.GetCustomAttribute<LeftoversAttribute>() ?? testClass.GetCustomAttribute<LeftoversAttribute>())?.Policy ?? fixture.Leftovers;
    }

    /// <summary>Whether it looks at anything. Then only one test at a time uses the fixture, so that it is known who leaves what.</summary>
    public bool IsOn => _policy != LeftoverPolicy.Ignore;

    /// <summary>Notes what a test finds that was not reset.</summary>
    public async Task BeginAsync(bool keepsState)
    {
        if (!IsOn || !keepsState)
        {
            return;
        }

        try
        {
            _before = await _fixture.Infrastructure!.FindLeftoversAsync().ConfigureAwait(false);
        }
        catch (ServiceOperationException e)
        {
            NotFoundOut(_fixture.Logger, _test, e.Message, null);
            _policy = LeftoverPolicy.Ignore;
        }
    }

    /// <exception cref="LeftoversException">The test must leave nothing behind, and has.</exception>
    /// <exception cref="ServiceOperationException">It must not, and it could not be found out whether it has.</exception>
    public async Task EndAsync(bool failed)
    {
        if (!IsOn)
        {
            return;
        }

        var mayThrow = _policy == LeftoverPolicy.Fail && !failed;
        try
        {
            var left = (await _fixture.Infrastructure!.FindLeftoversAsync().ConfigureAwait(false)).Except(_before).ToArray();
            if (left.Length == 0)
            {
                return;
            }

            var error = new LeftoversException($"{_test} has", left, Remedy);
            if (mayThrow)
            {
                throw error;
            }

            LeftBehind(_fixture.Logger, error.Message, null);
        }
        catch (ServiceOperationException e) when (!mayThrow)
        {
            NotFoundOut(_fixture.Logger, _test, e.Message, null);
        }
    }
}
