using System.Collections.Concurrent;
using System.Text;
using IntegrationKit.EngineTests.Engine.Support;
using IntegrationKit.EngineTests.Support;
using StackExchange.Redis;

namespace IntegrationKit.EngineTests.Security;

/// <summary>Every user of a machine can read the arguments of its processes: no password stands there.</summary>
public sealed class NoSecretInArgumentsTests
{
    private const string Password = "Vis1ble-t0-everyb0dy";

    /// <summary>What a shell, a configuration file or a connection string would read otherwise.</summary>
    private static readonly string[] OddPasswords =
    [
        "with \"double\" quotes", "with 'single' quotes", @"C:\back\slashes\", "two  blanks and # a comment", "$HOME ${HOME} $(id) `id`",
        "END", "-- %s %n;=&|<>*?~!", "grüße 密码", "first line\nrequirepass second",
    ];

    [Fact]
    public async Task Password_stands_in_no_process_and_in_no_command_of_a_container_while_its_service_starts_and_runs()
    {
        using var script = new TempFile("seed.sql", "CREATE TABLE IF NOT EXISTS orders (id int); SELECT pg_sleep(0.1);");
        var redis = new RedisService { Password = Password };
        var postgres = new PostgresService { Password = Password, InitScripts = [script.Path] };
        await using var infra = (await Kit.CreateAsync()).Register("redis", redis).Register("postgres", postgres);
        using var search = new ArgumentSearch(Password);

        await infra.StartAllAsync(Kit.Cancellation);

        // Its psql may have ended before the search came by.
        for (var i = 0; i < 50 && !search.HasSeen("psql"); i++)
        {
            await postgres.ExecuteScriptAsync(script.Path, Kit.Cancellation);
        }

        await infra.ResetAllAsync(Kit.Cancellation);
        await using var connection = await redis.ConnectAsync(Kit.Cancellation);

        await using var real = await RealEngine.ConnectAsync();
        foreach (var id in new[] { redis.ContainerId, postgres.ContainerId })
        {
            var container = (await real.Plain.GetAsync($"containers/{id}/json"))!;
            Assert.DoesNotContain(Password, $"{container["Path"]} {container["Args"]} {container["Config"]!["Cmd"]} {container["Config"]!["Entrypoint"]}", StringComparison.Ordinal);
            Assert.DoesNotContain(Password, (await real.Plain.GetAsync($"containers/{id}/top"))!.ToJsonString(), StringComparison.Ordinal);
        }

        Assert.Empty(search.End());
        Assert.True(search.HasSeen("redis-server"));
        Assert.True(search.HasSeen("psql"));
    }

    [Fact]
    public async Task Redis_is_logged_in_to_with_passwords_that_others_would_read_as_something_else()
    {
        var services = OddPasswords.Select(password => new RedisService { Password = password }).ToArray();
        await using var infra = await Kit.CreateAsync();
        foreach (var (i, service) in services.Index())
        {
            infra.Register($"redis{i}", service);
        }

        await infra.StartAllAsync(Kit.Cancellation);

        foreach (var service in services)
        {
            await service.PingAsync(Kit.Cancellation);
            await using var connection = await ConnectionMultiplexer.ConnectAsync(service.ConnectionString);
            await connection.GetDatabase().PingAsync();
            Assert.Equal(service.Password, ConfigurationOptions.Parse(service.ConnectionString).Password);
        }
    }

    /// <summary>Looks at the arguments of all processes of this machine, again and again.</summary>
    private sealed class ArgumentSearch : IDisposable
    {
        private readonly ConcurrentDictionary<string, bool> _seen = new(StringComparer.Ordinal);
        private readonly CancellationTokenSource _end = new();
        private readonly byte[] _secret;
        private readonly Thread _thread;

        public ArgumentSearch(string secret)
        {
            Assert.SkipUnless(OperatingSystem.IsLinux(), "The arguments are read from /proc.");
            _secret = Encoding.UTF8.GetBytes(secret);
            _thread = new(Search) { IsBackground = true };
            _thread.Start();
        }

        public ConcurrentBag<string> Found { get; } = [];

        /// <summary>Whether a process was seen that has the word in its arguments.</summary>
        public bool HasSeen(string word) => _seen.Keys.Any(each => each.Contains(word, StringComparison.Ordinal));

        /// <summary>Ends the search, and returns the arguments with the secret in them.</summary>
        public ConcurrentBag<string> End()
        {
            _end.Cancel();
            _thread.Join();
            return Found;
        }

        public void Dispose()
        {
            End();
            _end.Dispose();
        }

        private void Search()
        {
            while (!_end.IsCancellationRequested)
            {
                foreach (var process in Directory.EnumerateDirectories("/proc").Where(each => char.IsAsciiDigit(Path.GetFileName(each)[0])))
                {
                    Look(process);
                }
            }
        }

        private void Look(string process)
        {
            try
            {
                var arguments = File.ReadAllBytes($"{process}/cmdline");
                var text = Encoding.UTF8.GetString(arguments).Replace('\0', ' ');
                if (_seen.TryAdd(text, true) && arguments.AsSpan().IndexOf(_secret) >= 0)
                {
                    Found.Add(text);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It has ended meanwhile.
            }
        }
    }
}
