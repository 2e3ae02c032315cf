using System.Globalization;
using System.Text;

namespace IntegrationKit.HttpMock;

/// <summary>Shows what was expected and what arrived, in at most about forty lines.</summary>
internal sealed class VerificationReport(string service, Uri? address, Expectation expectation, JournalSnapshot journal)
{
    private const int MostCounted = 15;
    private const int MostRequests = 30;
    private const int MostFailures = 3;
    private const int WidestTarget = 60;

    private readonly List<ReportRow> _rows = [.. journal.Requests.Select(request => MakeRow(request, expectation))];

    public int Count => _rows.Count(row => row.IsCounted);

    public bool IsMet => expectation.IsMet(Certain, Count, journal.Dropped + Uncertain);

    private int Certain => _rows.Count(row => row is { IsCounted: true, IsUncertain: false });

    private int Uncertain => _rows.Count(row => row.IsUncertain);

    public override string ToString()
    {
        var text = new StringBuilder($"Service '{service}': expected {expectation} {expectation.HowOften}, ");
        text.Append(Count == 0 ? "but no such request arrived." : $"but it arrived {Expectation.Count(Count)}.");
        if (expectation.IsUnknown(Count, journal.Dropped))
        {
            text.AppendLine().Append("The count is uncertain, since the journal dropped its oldest requests: raise MaxRequests or MaxJournalBytes, or call ClearRequests earlier.");
        }

        if (expectation.IsUnknown(Certain, Uncertain))
        {
            text.AppendLine().Append($"The count is uncertain, since the condition reads bodies, and of {Uncertain} of them the journal has kept a part only: raise MaxKeptBodyBytes or MaxJournalBytes, or call ClearRequests earlier.");
        }

        text.AppendLine().Append(_rows.Count > 0 ? Requests() : NoRequest());
        foreach (var (request, exception) in journal.Failures.TakeLast(MostFailures))
        {
            text.AppendLine().Append($"The responder threw at {request}: {exception.GetType().Name}: {Redaction.Body(exception.Message)}");
        }

        return text.ToString();
    }

    private static ReportRow MakeRow(ReceivedRequest request, Expectation expectation)
    {
        var (isCounted, isUncertain) = expectation.Judge(request);
        return new(request, isCounted, isUncertain);
    }

    private string NoRequest() => address is null
        ? "No request arrived at all, and the mock is not running."
        : $"No request arrived at all: does the code under test send to {address}?";

    private string Requests()
    {
        var shown = Choose();
        var text = new StringBuilder(_rows.Count == 1 ? "1 request arrived" : $"{_rows.Count} requests arrived");
        text.Append(journal.Dropped > 0 ? $" after {journal.Dropped} that the journal dropped" : string.Empty);
        text.Append(shown.Count < _rows.Count ? $"; {shown.Count} of them" : string.Empty);
        text.Append(Count > 0 ? " (> counts):" : ":");

        var methodWidth = shown.Max(row => row.Method.Length);
        var targetWidth = Math.Min(WidestTarget, shown.Max(row => row.Target.Length));
        foreach (var row in shown)
        {
            text.AppendLine().Append(row.Write(methodWidth, targetWidth));
        }

        return text.ToString();
    }

    /// <summary>The latest requests that count and the latest others, in the order of arrival.</summary>
    private List<ReportRow> Choose()
    {
        var chosen = _rows.Where(row => row.IsCounted).TakeLast(MostCounted).ToHashSet();
        chosen.UnionWith(_rows.Where(row => !row.IsCounted).TakeLast(MostRequests - chosen.Count).ToList());
        return _rows.FindAll(chosen.Contains);
    }
}
