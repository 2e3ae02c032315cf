using IntegrationKit.Diagnostics;

namespace IntegrationKit.Diagnostics.Causes;

/// <summary>The probe reached the port, but got another answer than it expects.</summary>
internal static class ProtocolFailed
{
    private static readonly string[] Refusals = ["authentication failed", "NOAUTH", "WRONGPASS", "28P01"];

    private static readonly string[] Answers =
    [
        " answered ", "is not Redis'", "Redis refused", "SSL", "response ended prematurely", "invalid status line", "Received backend message", "HTTP/0.9",
    ];

    public static string? Find(Exception cause, StartEvidence evidence)
    {
        if (evidence.LastReason(cause) is not { } reason)
        {
            return null;
        }

        return Has(reason, Refusals) ? $"The port is reached, but the login is refused: {RelevantLine.Shorten(reason)}. Check the user and the password."
            : Has(reason, Answers) ? $"The port is reached, but the probe gets another answer than it expects: {RelevantLine.Shorten(reason)}. Check its path, protocol and port."
            : null;
    }

    private static bool Has(string reason, string[] signs) => signs.Any(sign => reason.Contains(sign, StringComparison.Ordinal));
}
