namespace Scenarios.Mocks;

/// <summary>The first test ignores its time-out and runs on until the third one lets it.</summary>
public sealed class TimedOutTests(MockFixture infra) : IntegrationTest<MockFixture>(infra)
{
    private static readonly Steps Step = new();
    private static readonly TaskCompletionSource GoOn = new();
    private static readonly TaskCompletionSource<string> WhatItFound = new();
    private static Uri? _address;

    [Theory(Timeout = 3000)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Cannot_use_what_the_next_test_uses(int row)
    {
        Assert.InRange(row, 1, 3);
        switch (Step.Next())
        {
            case 1:
                _address = Infra.Payments.BaseAddress;
                await GoOn.Task;
                WhatItFound.SetResult(Record.Exception(() => Infra)?.Message ?? "its infrastructure");
                break;
            case 2:
                Assert.Equal(200, await Infra.AskAsync("/seeded"));
                using (var client = new HttpClient())
                {
                    await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(_address, Cancellation));
                }

                break;
            default:
                GoOn.SetResult();
                Assert.Contains("was given to the next test", await WhatItFound.Task, StringComparison.Ordinal);
                Assert.Equal(200, await Infra.AskAsync("/seeded"));
                break;
        }
    }
}

/// <summary>The first test ends as soon as it is cancelled, so nothing needs a restart.</summary>
public sealed class CancelledTests(MockFixture infra) : IntegrationTest<MockFixture>(infra)
{
    private static readonly Steps Step = new();
    private static Uri? _address;

    [Theory(Timeout = 1500)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Ends_at_its_timeout(int row)
    {
        Assert.InRange(row, 1, 2);
        if (Step.Next() == 1)
        {
            _address = Infra.Payments.BaseAddress;
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, Cancellation);
        }

        Assert.Equal(_address, Infra.Payments.BaseAddress);
    }
}
