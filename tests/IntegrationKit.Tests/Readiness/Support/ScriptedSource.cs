using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace IntegrationKit.Tests.Readiness.Support;

/// <summary>As much of a database as a probe sees.</summary>
/// <param name="answer">Answers a query, given its number; it runs on the thread that asks.</param>
internal sealed class ScriptedSource(Func<int, object> answer) : DbDataSource
{
    private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public List<string> Asked { get; } = [];

    public int Disposed { get; private set; }

    public Task WhenDisposed => _disposed.Task;

    public Action OnDispose { get; init; } = () => { };

    public override string ConnectionString => "";

    protected override DbConnection CreateDbConnection() => throw new NotSupportedException();

    protected override DbCommand CreateDbCommand(string? commandText = null) => new Command(this) { CommandText = commandText };

    protected override ValueTask DisposeAsyncCore()
    {
        Disposed++;
        _disposed.TrySetResult();
        OnDispose();
        return base.DisposeAsyncCore();
    }

    private object Answer(string query)
    {
        Asked.Add(query);
        return answer(Asked.Count);
    }

    private sealed class Command(ScriptedSource source) : DbCommand
    {
        [AllowNull]
        public override string CommandText { get; set; }

        public override int CommandTimeout { get; set; }

        public override CommandType CommandType { get; set; }

        public override bool DesignTimeVisible { get; set; }

        public override UpdateRowSource UpdatedRowSource { get; set; }

        protected override DbConnection? DbConnection { get; set; }

        protected override DbTransaction? DbTransaction { get; set; }

        protected override DbParameterCollection DbParameterCollection => throw new NotSupportedException();

        public override object ExecuteScalar() => source.Answer(CommandText);

        public override void Cancel()
        {
        }

        public override int ExecuteNonQuery() => throw new NotSupportedException();

        public override void Prepare()
        {
        }

        protected override DbParameter CreateDbParameter() => throw new NotSupportedException();

        protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => throw new NotSupportedException();
    }
}
