using System.IO.Compression;
using System.Net;
using System.Text;

namespace IntegrationKit.Tests.HttpMock;

/// <summary>Bodies of requests that are sent with a Content-Encoding.</summary>
public sealed class ContentEncodingTests
{
    private const string Json = """{"amount":100}""";

    [Theory]
    [InlineData("gzip")]
    [InlineData("X-GZip")]
    [InlineData("br")]
    [InlineData("deflate")]
    [InlineData("raw deflate")]
    [InlineData("zstd")]
    [InlineData("identity")]
    [InlineData("br, gzip")]
    public async Task Body_is_decoded_for_conditions_responders_and_the_journal(string encoding)
    {
        await using var fixture = await MockFixture.StartAsync();
        fixture.Mock.When("POST", "/x").WithJson(new { amount = 100 }).Respond(request => new MockResponse(200, request.Body));

        using var response = await PostAsync(fixture, encoding.Replace("raw ", "", StringComparison.Ordinal), Encode(encoding, Encoding.UTF8.GetBytes(Json)));

        Assert.Equal(Json, await MockFixture.ReadAsync(response));
        var request = Assert.Single(fixture.Mock.Requests);
        Assert.Equal((Json, Json.Length, (long)Json.Length), (request.Body, request.BodyBytes.Length, request.BodyLength));
        fixture.Mock.Verify("POST", "/x", matching: r => r.Body.Contains("100", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("compress", "its Content-Encoding is compress, and only gzip, deflate, br and zstd are decoded")]
    [InlineData("gzip", "its Content-Encoding is gzip, and it is damaged or something else (")]
    [InlineData("br", "its Content-Encoding is br, and it is damaged or something else (")]
    [InlineData("deflate", "its Content-Encoding is deflate, and it is damaged or something else (")]
    [InlineData("zstd", "its Content-Encoding is zstd, and it is damaged or something else (")]
    [InlineData("gzip,gzip,gzip,gzip,gzip", "it has 5 encodings, and at most 4 are decoded")]
    public async Task Body_that_cannot_be_decoded_is_told_and_kept_as_it_was_sent(string encoding, string problem)
    {
        await using var fixture = await MockFixture.StartAsync();
        fixture.Mock.When("POST", "/x").WithJson(new { amount = 100 }).Respond(200);

        using var response = await PostAsync(fixture, encoding, Encoding.UTF8.GetBytes(Json));
        var explanation = await MockFixture.ReadJsonAsync(response);

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Contains($"expected, got a body that cannot be decoded: {problem}", explanation.GetProperty("nearest").GetString(), StringComparison.Ordinal);
        Assert.StartsWith($"It could not be decoded: {problem}", explanation.GetProperty("body").GetString(), StringComparison.Ordinal);
        Assert.Equal(Json, Assert.Single(fixture.Mock.Requests).Body);
        var error = Assert.Throws<VerificationException>(() => fixture.Mock.VerifyNever("POST", "/x"));
        Assert.Contains($"body not decoded: {problem}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("zstd")]
    [InlineData("br, br")]
    public async Task Body_that_decodes_to_more_than_the_limit_gets_413(string encoding)
    {
        await using var fixture = await MockFixture.StartAsync();
        fixture.Mock.When("POST", "/x").Respond(200);

        using var longest = await PostAsync(fixture, encoding, Encode(encoding, new byte[30_000_000]));
        using var tooLong = await PostAsync(fixture, encoding, Encode(encoding, new byte[30_000_001]));

        Assert.Equal(HttpStatusCode.OK, longest.StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, tooLong.StatusCode);
        Assert.Equal("""{"error":"Decoded body too large","limit":30000000}""", await MockFixture.ReadAsync(tooLong));
        Assert.Equal("413 The decoded body is longer than 30000000 bytes.", fixture.Mock.Requests[1].Refusal);
        Assert.True(fixture.Mock.Requests[1].BodyBytes.IsEmpty);
    }

    private static Task<HttpResponseMessage> PostAsync(MockFixture fixture, string encoding, byte[] body)
    {
        var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        return fixture.Client.PostAsync("/x", content, TestContext.Current.CancellationToken);
    }

    private static byte[] Encode(string encodings, byte[] body)
    {
        foreach (var encoding in encodings.Split(", "))
        {
            using var encoded = new MemoryStream();
            using (var encoder = Encoder(encoding, encoded))
            {
                encoder.Write(body);
            }

            body = encoded.ToArray();
        }

        return body;
    }

    private static Stream Encoder(string encoding, MemoryStream target) => encoding switch
    {
        "gzip" or "X-GZip" => new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true),
        "br" => new BrotliStream(target, CompressionLevel.Fastest, leaveOpen: true),
        "deflate" => new ZLibStream(target, CompressionLevel.Fastest, leaveOpen: true),
        "raw deflate" => new DeflateStream(target, CompressionLevel.Fastest, leaveOpen: true),
        "zstd" => new ZstdSharp.CompressionStream(target, level: 1, leaveOpen: true),
        _ => new BufferedStream(target),
    };
}
