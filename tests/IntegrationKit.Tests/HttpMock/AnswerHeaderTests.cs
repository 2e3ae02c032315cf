using System.Globalization;
using System.Net;

namespace IntegrationKit.Tests.HttpMock;

/// <summary>Headers of answers that belong to the server, or that cannot be sent.</summary>
public sealed class AnswerHeaderTests
{
    public static TheoryData<string, string, string> Unsendable => new()
    {
        { "Transfer-Encoding", "chunked", "The header 'Transfer-Encoding' cannot be set" },
        { "trailer", "X-Sum", "The header 'trailer' cannot be set" },
        { "Content-Length", "7", "The header 'Content-Length' is '7', and the body has 5 bytes" },
        { "Content-Length", "five", "The header 'Content-Length' is 'five', and the body has 5 bytes" },
        { "Connection", "upgrade", "The header 'Connection' can be set to close or keep-alive only" },
        { "X-Name", "M\u00fcller", "The header 'X-Name' cannot be sent: its value has U+00FC at position 1" },
        { "X-Lines", "a\r\nInjected: 1", "The header 'X-Lines' cannot be sent: its value has U+000D at position 1" },
        { "X-Nul", "\0", "The header 'X-Nul' cannot be sent: its value has U+0000 at position 0" },
        { "X-Many", "a,b\u007f", "The header 'X-Many' cannot be sent: its value has U+007F" },
        { "X Y", "1", "The header 'X Y' cannot be sent: a name has" },
        { "X-\u00dc", "1", "The header 'X-\u00dc' cannot be sent: a name has" },
        { "", "1", "The header '' cannot be sent: a name has" },
    };

    [Theory]
    [MemberData(nameof(Unsendable))]
    public void Respond_refuses_what_cannot_be_sent_and_names_it(string name, string value, string message)
    {
        var stub = new ExternalServiceMock().When("GET", "/x");

        Assert.StartsWith(message, Assert.Throws<ArgumentException>(() => stub.Respond(Answer(name, value))).Message, StringComparison.Ordinal);
        stub.Respond(200);
        Assert.StartsWith(message, Assert.Throws<ArgumentException>(() => stub.ThenRespond(Answer(name, value))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Unsendable))]
    public async Task Responder_whose_answer_cannot_be_sent_is_told_so(string name, string value, string message)
    {
        var logger = new RecordingLogger();
        await using var fixture = await MockFixture.StartAsync(logger: logger);
        fixture.Mock.When("GET", "/x").Respond(_ => Answer(name, value)).ThenRespond(200, "next");

        using var response = await fixture.GetAsync("/x");
        var body = await MockFixture.ReadJsonAsync(response);

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal("The stub's answer cannot be sent", body.GetProperty("error").GetString());
        Assert.Equal("GET /x", body.GetProperty("stub").GetString());
        Assert.StartsWith(message, body.GetProperty("problem").GetString(), StringComparison.Ordinal);
        Assert.StartsWith(message, Assert.Single(fixture.Mock.ResponderFailures).Exception.Message, StringComparison.Ordinal);
        Assert.Contains(logger.Entries, entry => entry.EventId == 64);
        Assert.Equal("next", await fixture.GetTextAsync("/x"));
    }

    [Theory]
    [InlineData("Connection", "close")]
    [InlineData("Connection", "Keep-Alive")]
    [InlineData("Content-Length", "5")]
    [InlineData("Date", "Tue, 15 Nov 1994 08:12:31 GMT")]
    [InlineData("Server", "theirs/1.0")]
    [InlineData("Content-Encoding", "identity")]
    [InlineData("X-Tab", "a\tb")]
    [InlineData("X-Empty", "")]
    public async Task Other_headers_are_sent_as_they_are(string name, string value)
    {
        await using var fixture = await MockFixture.StartAsync();
        fixture.Mock.When("GET", "/x").Respond(Answer(name, value));

        using var response = await fixture.GetAsync("/x");

        Assert.Equal("12345", await MockFixture.ReadAsync(response));
        var sent = response.Headers.Concat(response.Content.Headers).Single(header => string.Equals(header.Key, name, StringComparison.OrdinalIgnoreCase));
        Assert.Equal(value, Assert.Single(sent.Value), ignoreCase: true);
    }

    [Fact]
    public async Task Content_length_of_a_body_that_is_not_sent_is_the_stubs()
    {
        await using var fixture = await MockFixture.StartAsync();
        fixture.Mock.When("HEAD", "/file").Respond(new MockResponse(200) { Headers = { ["Content-Length"] = "123456" } });
        fixture.Mock.When("GET", "/same").Respond(new MockResponse(304) { Headers = { ["Content-Length"] = "123456" } });

        using var head = await fixture.SendAsync("HEAD", "/file");
        using var same = await fixture.GetAsync("/same");
        using var next = await fixture.SendAsync("HEAD", "/file");

        Assert.Equal(123456, head.Content.Headers.ContentLength);
        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
        Assert.Equal(123456, next.Content.Headers.ContentLength);
    }

    private static MockResponse Answer(string name, string value) =>
        new(200, 12345.ToString(CultureInfo.InvariantCulture)) { Headers = { [name] = value } };
}
