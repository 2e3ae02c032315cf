using Microsoft.Extensions.Logging;

namespace IntegrationKit.AspNetCore;

/// <summary>What a web application service logs.</summary>
internal static partial class WebAppLog
{
    [LoggerMessage(EventId = 80, Message = "{Service}: {Category}: {Text}")]
    public static partial void FromApp(ILogger logger, LogLevel level, Exception? exception, string service, string category, string text);

    [LoggerMessage(81, LogLevel.Warning, "{Service}: the application was ready and has not read the setting {Setting}; it may read it later")]
    public static partial void NotReadYet(ILogger logger, string service, string setting);

    [LoggerMessage(82, LogLevel.Warning, "{Service}: the application has never read the setting '{Key}'")]
    public static partial void NeverRead(ILogger logger, string service, string key);

    [LoggerMessage(83, LogLevel.Warning, "{Service}: the start was cancelled. {Standing}")]
    public static partial void Cancelled(ILogger logger, string service, string standing);

    [LoggerMessage(84, LogLevel.Warning, "{Service}: the application did not end within {Seconds} s; what it was doing was cancelled")]
    public static partial void Cut(ILogger logger, string service, double seconds);
}
