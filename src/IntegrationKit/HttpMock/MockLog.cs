using Microsoft.Extensions.Logging;

namespace IntegrationKit.HttpMock;

/// <summary>What the HTTP mock logs.</summary>
internal static partial class MockLog
{
    [LoggerMessage(60, LogLevel.Warning, "{Service}: not mocked: {Request}; nearest stub: {Nearest}")]
    public static partial void NotMocked(ILogger logger, string service, ReceivedRequest request, string nearest);

    [LoggerMessage(61, LogLevel.Error, "{Service}: the responder of {Stub} threw")]
    public static partial void ResponderThrew(ILogger logger, Exception exception, string service, string stub);

    [LoggerMessage(62, LogLevel.Warning, "{Service}: the stub {Stub} has no answer: call Respond on it")]
    public static partial void NoAnswer(ILogger logger, string service, string stub);

    [LoggerMessage(63, LogLevel.Warning, "{Service}: the body of {Request} is over {Limit} bytes")]
    public static partial void BodyTooLarge(ILogger logger, string service, ReceivedRequest request, int limit);
}
