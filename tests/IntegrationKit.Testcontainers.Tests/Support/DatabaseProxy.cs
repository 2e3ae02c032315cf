using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using DotNet.Testcontainers.Containers;

namespace IntegrationKit.Testcontainers.Tests.Support;

/// <summary>A container that says that it is a database, with a connection string of the test's choice.</summary>
[SuppressMessage("Performance", "CA1852", Justification = "A type is made at run time that derives from it.")]
internal class DatabaseProxy : DispatchProxy
{
    private IContainer? _container;
    private string? _connectionString;

    public static IDatabaseContainer Around(IContainer container, string connectionString)
    {
        var database = Create<IDatabaseContainer, DatabaseProxy>();
        ((DatabaseProxy)(object)database)._container = container;
        ((DatabaseProxy)(object)database)._connectionString = connectionString;
        return database;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        targetMethod!.DeclaringType == typeof(IDatabaseContainer) ? _connectionString : targetMethod.Invoke(_container, args);
}
