using System.Xml.Linq;

namespace IntegrationKit.AdapterTests;

/// <summary>What a run reported of one test.</summary>
internal sealed record ScenarioResult(string Name, string Outcome, string Message, string StackTrace, string Output)
{
    private static readonly XNamespace Trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    public bool HasPassed => Outcome == "Passed";

    public bool HasFailed => Outcome == "Failed";

    public bool IsSkipped => Outcome == "NotExecuted";

    public static IReadOnlyList<ScenarioResult> Read(string file) =>
    [
        .. XDocument.Load(file).Descendants(Trx + "UnitTestResult").Select(each => new ScenarioResult(
            (string)each.Attribute("testName")!,
            (string)each.Attribute("outcome")!,
            (string?)each.Descendants(Trx + "ErrorInfo").Elements(Trx + "Message").FirstOrDefault() ?? "",
            (string?)each.Descendants(Trx + "ErrorInfo").Elements(Trx + "StackTrace").FirstOrDefault() ?? "",
            string.Join('\n', each.Descendants(Trx + "StdOut").Concat(each.Descendants(Trx + "TextMessages").Elements(Trx + "Message")).Select(text => text.Value)))),
    ];
}
