using System.Globalization;

namespace IntegrationKit.HttpMock;

/// <summary>One request in a verification's report.</summary>
internal sealed class ReportRow(ReceivedRequest request, bool isCounted, bool isUncertain)
{
    /// <summary>What is shown for a method that could not be read.</summary>
    private const string NoMethod = "?";

    public bool IsCounted => isCounted;

    public bool IsUncertain => isUncertain;

    public string Method { get; } = request.Method.Length == 0 ? NoMethod : request.Method;

    public string Target { get; } = request.Target.ToString();

    public string Write(int methodWidth, int targetWidth)
    {
        var time = request.ReceivedAt.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
        var remarks = string.Join("; ", Remarks());
        var line = $"{(isCounted ? '>' : ' ')} {time}  {Method.PadRight(methodWidth)}  {Target.PadRight(targetWidth)}  {(remarks.Length == 0 ? string.Empty : $"[{remarks}] ")}{Redaction.Body(request.Body)}";
        return line.TrimEnd();
    }

    private IEnumerable<string> Remarks()
    {
        if (request.Refusal is { } refusal)
        {
            yield return $"refused: {refusal}";
        }
        else if (request.Remark is { } remark)
        {
            yield return remark;
        }

        if (request.BodyProblem is { } problem)
        {
            yield return $"body not decoded: {problem}";
        }

        if (request is { IsBodyCut: true, Refusal: null })
        {
            yield return FormattableString.Invariant($"body cut: {request.BodyBytes.Length} of {request.BodyLength} bytes kept");
        }
    }
}
