using IntegrationKit.Suites;

namespace IntegrationKit;

public sealed partial class IntegrationTestSuite
{
    /// <summary>
    /// Adds a hook that runs once before the first test. Several run in the order of registration; after one that fails, the
    /// others do not run.
    /// </summary>
    public IntegrationTestSuite BeforeAll(Func<CancellationToken, Task> hook) => Add(_beforeAll, hook);

    /// <inheritdoc cref="BeforeAll(Func{CancellationToken, Task})"/>
    public IntegrationTestSuite BeforeAll(Func<Task> hook) => Add(_beforeAll, WithoutToken(hook));

    /// <inheritdoc cref="BeforeAll(Func{CancellationToken, Task})"/>
    public IntegrationTestSuite BeforeAll(Action hook) => Add(_beforeAll, Synchronous(hook));

    /// <summary>
    /// Adds a hook that runs once after the last test, also where a test or a BeforeAll failed or the run was cancelled.
    /// Several run in reverse order of registration, each also after another has failed.
    /// </summary>
    public IntegrationTestSuite AfterAll(Func<CancellationToken, Task> hook) => Add(_afterAll, hook);

    /// <inheritdoc cref="AfterAll(Func{CancellationToken, Task})"/>
    public IntegrationTestSuite AfterAll(Func<Task> hook) => Add(_afterAll, WithoutToken(hook));

    /// <inheritdoc cref="AfterAll(Func{CancellationToken, Task})"/>
    public IntegrationTestSuite AfterAll(Action hook) => Add(_afterAll, Synchronous(hook));

    /// <summary>
    /// Adds a hook that runs before each test. Several run in the order of registration; where one fails, the test fails
    /// without running.
    /// </summary>
    public IntegrationTestSuite BeforeEach(Func<CancellationToken, Task> hook) => Add(_beforeEach, hook);

    /// <inheritdoc cref="BeforeEach(Func{CancellationToken, Task})"/>
    public IntegrationTestSuite BeforeEach(Func<Task> hook) => Add(_beforeEach, WithoutToken(hook));

    /// <inheritdoc cref="BeforeEach(Func{CancellationToken, Task})"/>
    public IntegrationTestSuite BeforeEach(Action hook) => Add(_beforeEach, Synchronous(hook));

    /// <summary>
    /// Adds a hook that runs after each test that began, also where the test or its BeforeEach failed. Several run in reverse
    /// order of registration, each also after another has failed. The test fails where one of them fails.
    /// </summary>
    public IntegrationTestSuite AfterEach(Func<CancellationToken, Task> hook) => Add(_afterEach, hook);

    /// <inheritdoc cref="AfterEach(Func{CancellationToken, Task})"/>
    public IntegrationTestSuite AfterEach(Func<Task> hook) => Add(_afterEach, WithoutToken(hook));

    /// <inheritdoc cref="AfterEach(Func{CancellationToken, Task})"/>
    public IntegrationTestSuite AfterEach(Action hook) => Add(_afterEach, Synchronous(hook));

    /// <summary>Adds a test. It passes if it ends without an exception.</summary>
    /// <param name="name">The name, unique in the suite.</param>
    /// <param name="body">The test. Its token is cancelled at <see cref="TestTimeout"/>, and when the caller cancels the run.</param>
    /// <exception cref="ArgumentException">The name is empty or taken.</exception>
    public IntegrationTestSuite Test(string name, Func<CancellationToken, Task> body)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(body);
        if (_tests.Exists(test => test.Name == name))
        {
            throw new ArgumentException($"Suite '{Name}' already has a test '{name}': give this one another name.", nameof(name));
        }

        _tests.Add((name, new Step(body)));
        return this;
    }

    /// <inheritdoc cref="Test(string, Func{CancellationToken, Task})"/>
    public IntegrationTestSuite Test(string name, Func<Task> body) => Test(name, WithoutToken(body));

    /// <inheritdoc cref="Test(string, Func{CancellationToken, Task})"/>
    public IntegrationTestSuite Test(string name, Action body) => Test(name, Synchronous(body));

    private static Func<CancellationToken, Task> WithoutToken(Func<Task> step)
    {
        ArgumentNullException.ThrowIfNull(step);
        return _ => step();
    }

    private static Func<CancellationToken, Task> Synchronous(Action step)
    {
        ArgumentNullException.ThrowIfNull(step);
        return _ =>
        {
            step();
            return Task.CompletedTask;
        };
    }

    private IntegrationTestSuite Add(List<Step> steps, Func<CancellationToken, Task> hook)
    {
        ArgumentNullException.ThrowIfNull(hook);
        steps.Add(new Step(hook));
        return this;
    }
}
