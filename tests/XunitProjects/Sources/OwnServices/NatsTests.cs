using System.Diagnostics;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using Scenarios.Proof;

namespace Scenarios.OwnServices;

public sealed class NatsFixture : InfrastructureFixture
{
    private static readonly TaskCompletionSource<NatsService> First = new();

    private readonly NatsService _nats = new();

    /// <summary>Where the slicing is broken on purpose, what the first class was given.</summary>
    public NatsService Nats => ProofFixture.IsBroken ? First.Task.Result : _nats;

    protected override void Configure(TestInfrastructure infra) => infra.Register("nats", _nats);

    protected override Task SeedAsync(CancellationToken cancellationToken)
    {
        First.TrySetResult(_nats);
        Journal.Note($"nats {_nats.ContainerId} {_nats.Prefix}");
        return Task.CompletedTask;
    }
}

/// <summary>Ten classes at once, all with the same names below their prefix. Each would notice another's messages.</summary>
public abstract class NatsTests(NatsFixture infra) : IntegrationTest<NatsFixture>(infra)
{
    private static readonly Crowd Inside = new(enough: 10);

    private string Me => GetType().Name;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Sees_no_message_of_the_others(int row)
    {
        using var _ = await Inside.EnterAsync(Me, Cancellation);
        var prefix = Infra.Nats.Prefix;
        await using var connection = new NatsConnection(new NatsOpts { Url = Infra.Nats.ConnectionString });
        var jetStream = new NatsJSContext(connection);
        var stream = await jetStream.CreateOrUpdateStreamAsync(new StreamConfig($"{prefix}-orders", [$"{prefix}.orders.*"]), Cancellation);
        Assert.Equal(0, stream.Info.State.Messages);

        await using var heard = await connection.SubscribeCoreAsync<string>($"{prefix}.>", cancellationToken: Cancellation);
        await PauseAsync();
        await jetStream.PublishAsync($"{prefix}.orders.{row}", $"{Me} {row}", cancellationToken: Cancellation);
        await PauseAsync();
        await connection.PublishAsync($"{prefix}.end", $"{Me} {row}", cancellationToken: Cancellation);

        Assert.Equal($"{Me} {row}", await NextAsync($"{prefix}.orders.{row}"));
        Assert.Equal($"{Me} {row}", await NextAsync($"{prefix}.end"));
        Assert.False(heard.Msgs.TryRead(out var more), $"{Me} has heard {more.Data}.");
        await stream.RefreshAsync(Cancellation);
        Assert.Equal(1, stream.Info.State.Messages);
        Journal.Note($"containers {await CountContainersAsync()}");

        async Task<string?> NextAsync(string subject)
        {
            var message = await heard.Msgs.ReadAsync(Cancellation).AsTask().WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, Cancellation);
            Assert.Equal(subject, message.Subject);
            return message.Data;
        }
    }

    private Task PauseAsync() => Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(0, 20)), TimeProvider.System, Cancellation);

    /// <summary>How many servers this process has, as the engine knows it.</summary>
    private async Task<int> CountContainersAsync()
    {
        var start = new ProcessStartInfo("docker", ["ps", "--quiet", "--filter", $"label=org.integrationkit.owner-pid={Environment.ProcessId}", "--filter", "label=org.integrationkit.service=nats"])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var docker = Process.Start(start)!;
        var ids = await docker.StandardOutput.ReadToEndAsync(Cancellation);
        return ids.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
    }
}
