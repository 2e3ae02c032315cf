using System.Globalization;

namespace IntegrationKit.HttpMock;

/// <summary>One request in a verification's report.</summary>
internal sealed class ReportRow(ReceivedRequest request, bool isCounted)
{
    public bool IsCounted => isCounted;

    public string Method => request.Method;

    public string Target { get; } = request.Target.ToString();

    public string Write(int methodWidth, int targetWidth)
    {
        var time = request.ReceivedAt.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
        var remark = request.Remark is null ? string.Empty : $"[{request.Remark}] ";
        var line = $"{(isCounted ? '>' : ' ')} {time}  {Method.PadRight(methodWidth)}  {Target.PadRight(targetWidth)}  {remark}{Redaction.Body(request.Body)}";
        return line.TrimEnd();
    }
}
