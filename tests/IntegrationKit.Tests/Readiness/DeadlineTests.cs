using IntegrationKit.Limits;
using Microsoft.Extensions.Time.Testing;

namespace IntegrationKit.Tests.Readiness;

public sealed class DeadlineTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Deadline_passes_when_its_time_is_over()
    {
        using var deadline = Deadline(10);

        _time.Advance(9.9 * Second);
        Assert.False(deadline.Token.IsCancellationRequested);
        Assert.Null(deadline.Passed);
        _time.Advance(0.1 * Second);

        Assert.True(deadline.Token.IsCancellationRequested);
        Assert.Same(deadline, deadline.Passed);
    }

    [Fact]
    public void Callers_cancellation_is_not_the_passing_of_the_deadline()
    {
        using var caller = new CancellationTokenSource();
        using var deadline = new Deadline(10 * Second, "own", _time, caller.Token);

        caller.Cancel();

        Assert.True(deadline.Token.IsCancellationRequested);
        Assert.Null(deadline.Passed);
    }

    [Fact]
    public void Time_that_is_over_after_the_callers_cancellation_is_not_the_reason()
    {
        using var caller = new CancellationTokenSource();
        using var deadline = new Deadline(10 * Second, "own", _time, caller.Token);

        caller.Cancel();
        _time.Advance(20 * Second);

        Assert.Null(deadline.Passed);
    }

    [Fact]
    public void Pause_stops_the_clock_and_its_end_starts_it_again()
    {
        using var deadline = Deadline(10);
        _time.Advance(6 * Second);

        using (deadline.Pause())
        {
            _time.Advance(100 * Second);
            Assert.Null(deadline.Passed);
        }

        _time.Advance(3.9 * Second);
        Assert.Null(deadline.Passed);
        _time.Advance(0.1 * Second);
        Assert.Same(deadline, deadline.Passed);
    }

    [Fact]
    public void Pause_nested_the_clock_stands_until_the_last_ends()
    {
        using var deadline = Deadline(10);

        var first = deadline.Pause();
        _time.Advance(50 * Second);
        var second = deadline.Pause();
        first.Dispose();
        first.Dispose();
        _time.Advance(50 * Second);
        Assert.Null(deadline.Passed);
        second.Dispose();

        _time.Advance(9.9 * Second);
        Assert.Null(deadline.Passed);
        _time.Advance(0.1 * Second);
        Assert.Same(deadline, deadline.Passed);
    }

    [Fact]
    public void Pause_again_counts_only_the_time_between()
    {
        using var deadline = Deadline(10);
        for (var i = 0; i < 4; i++)
        {
            _time.Advance(2 * Second);
            using (deadline.Pause())
            {
                _time.Advance(20 * Second);
            }
        }

        _time.Advance(1.9 * Second);
        Assert.Null(deadline.Passed);
        _time.Advance(0.1 * Second);
        Assert.Same(deadline, deadline.Passed);
    }

    [Fact]
    public void Outer_deadline_passes_and_is_the_one_named()
    {
        using var outer = Deadline(5, "outer");
        using var inner = new Deadline(10 * Second, "inner", _time, CancellationToken.None, outer);

        _time.Advance(5 * Second);

        Assert.True(inner.Token.IsCancellationRequested);
        Assert.Equal("outer", inner.Passed?.Name);
        Assert.Equal(5 * Second, inner.Passed?.Length);
    }

    [Fact]
    public void Inner_deadline_passes_and_leaves_the_outer_alone()
    {
        using var outer = Deadline(20, "outer");
        using var inner = new Deadline(10 * Second, "inner", _time, CancellationToken.None, outer);

        _time.Advance(10 * Second);

        Assert.Equal("inner", inner.Passed?.Name);
        Assert.Null(outer.Passed);
        Assert.False(outer.Token.IsCancellationRequested);
    }

    [Fact]
    public void Pause_of_the_inner_one_pauses_the_outer_too()
    {
        using var outer = Deadline(20, "outer");
        using var inner = new Deadline(10 * Second, "inner", _time, CancellationToken.None, outer);

        using (inner.Pause())
        {
            _time.Advance(60 * Second);
        }

        Assert.Null(inner.Passed);
        _time.Advance(10 * Second);
        Assert.Equal("inner", inner.Passed?.Name);
        _time.Advance(10 * Second);
        Assert.Equal("outer", outer.Passed?.Name);
    }

    [Fact]
    public void Pause_that_ends_after_the_disposal_does_no_harm()
    {
        var deadline = Deadline(10);
        var pause = deadline.Pause();

        deadline.Dispose();
        pause.Dispose();

        using var late = deadline.Pause();
        Assert.Null(deadline.Passed);
    }

    private Deadline Deadline(double seconds, string name = "own") => new(seconds * Second, name, _time, CancellationToken.None);
}
