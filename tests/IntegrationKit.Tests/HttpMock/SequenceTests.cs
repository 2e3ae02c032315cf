using System.Globalization;
using IntegrationKit.HttpMock;

namespace IntegrationKit.Tests.HttpMock;

public sealed class SequenceTests
{
    [Fact]
    public async Task ThenRespond_gives_the_answers_in_order_and_repeats_the_last()
    {
        await using var fixture = await MockFixture.StartAsync();
        fixture.Mock.When("GET", "/x")
            .Respond(503, "1")
            .ThenRespond(new MockResponse(200, "2"))
            .ThenRespond(request => new MockResponse(200, "3" + request.Path));

        var answers = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            answers.Add(await fixture.GetTextAsync("/x"));
        }

        Assert.Equal(["1", "2", "3/x", "3/x", "3/x"], answers);
    }

    [Fact]
    public async Task ThenRespond_while_it_runs_goes_on_where_the_sequence_stands()
    {
        await using var fixture = await MockFixture.StartAsync();
        var stub = fixture.Mock.When("GET", "/x").Respond(200, "1").ThenRespond(200, "2");
        Assert.Equal("1", await fixture.GetTextAsync("/x"));

        stub.ThenRespond(200, "3");

        Assert.Equal("2", await fixture.GetTextAsync("/x"));
        Assert.Equal("3", await fixture.GetTextAsync("/x"));
    }

    [Fact]
    public async Task Respond_again_replaces_the_answers()
    {
        await using var fixture = await MockFixture.StartAsync();
        var stub = fixture.Mock.When("GET", "/x").Respond(200, "1").ThenRespond(200, "2");

        stub.Respond(200, "other");

        Assert.Equal("other", await fixture.GetTextAsync("/x"));
        Assert.Equal("other", await fixture.GetTextAsync("/x"));
    }

    [Fact]
    public void ThenRespond_without_a_first_answer_is_refused()
    {
        var stub = new ExternalServiceMock().When("GET", "/x");

        var error = Assert.Throws<InvalidOperationException>(() => stub.ThenRespond(200));

        Assert.Contains("GET /x", error.Message, StringComparison.Ordinal);
        Assert.Contains("call Respond before ThenRespond", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_at_once_get_one_answer_each()
    {
        const int Count = 200;
        await using var fixture = await MockFixture.StartAsync();
        var stub = fixture.Mock.When("GET", "/x").Respond(200, "0");
        for (var i = 1; i < Count; i++)
        {
            stub.ThenRespond(200, i.ToString(CultureInfo.InvariantCulture));
        }

        var answers = await Task.WhenAll(Enumerable.Range(0, Count).Select(_ => fixture.GetTextAsync("/x")));

        Assert.Equal(
            Enumerable.Range(0, Count),
            answers.Select(a => int.Parse(a, CultureInfo.InvariantCulture)).Order());
    }

    [Fact]
    public async Task Next_hands_out_each_answer_once_to_many_threads()
    {
        const int Threads = 4;
        const int Each = 25_000;
        var answers = Enumerable.Range(0, Threads * Each)
            .Select(i => new Answer((_, _) => Task.FromResult(new MockResponse(200, i))))
            .ToArray();
        var sequence = new AnswerSequence(answers);

        var taken = await Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => Task.Run(
            () => Enumerable.Range(0, Each).Select(_ => sequence.Next()).ToList(), TestContext.Current.CancellationToken)));

        Assert.Equal(answers.Length, taken.SelectMany(t => t).Distinct(ReferenceEqualityComparer.Instance).Count());
    }
}
