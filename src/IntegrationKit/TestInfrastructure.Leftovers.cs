using System.Collections.Concurrent;

namespace IntegrationKit;

public sealed partial class TestInfrastructure
{
    /// <summary>
    /// What differs from the baseline at this moment: rows, keys, messages, stubs, as far as each service knows
    /// (<see cref="ServiceRun.FindLeftoversAsync"/>). It changes nothing, and may take as long as a reset,
    /// <see cref="TestInfrastructureOptions.ResetTimeout"/>.
    /// </summary>
    /// <exception cref="ServiceOperationException">Some services could not be examined.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<IReadOnlyList<ServiceLeftover>> FindLeftoversAsync(CancellationToken cancellationToken = default)
    {
        var found = new ConcurrentDictionary<ServiceRun, IReadOnlyList<Leftover>>();
        await UnlessProcessEndsAsync(_lifecycle.ForEachTouchedAsync(
            "examined",
            async (run, token) => found[run] = await run.FindLeftoversAsync(token).ConfigureAwait(false),
            cancellationToken)).ConfigureAwait(false);
        return
        [
            .. from service in Services
               let run = service.Run
               where run is not null && found.ContainsKey(run)
               from leftover in found[run]
               select new ServiceLeftover(service.Name, leftover),
        ];
    }

    /// <summary>
    /// Throws if anything differs from the baseline: for the end of a test that must leave nothing behind, for instance as an
    /// <see cref="IntegrationTestSuite.AfterEach(Func{CancellationToken, Task})"/>.
    /// </summary>
    /// <exception cref="LeftoversException">Something was left behind; the message lists it.</exception>
    /// <inheritdoc cref="FindLeftoversAsync" path="/exception"/>
    public async Task EnsureNothingLeftAsync(CancellationToken cancellationToken = default)
    {
        var leftovers = await FindLeftoversAsync(cancellationToken).ConfigureAwait(false);
        if (leftovers.Count > 0)
        {
            throw new LeftoversException("The test has", leftovers, "Remove it before the test's end.");
        }
    }
}
