namespace IntegrationKit;

/// <summary>
/// The test, or each test of the class, has a database of its own, with the baseline's content: each <see cref="PostgresService"/> of
/// the fixture leads to it while the test runs, and it is dropped afterwards. For tests that change the schema. What was started with the address
/// of the fixture's database, such as an application, goes on using that one. <see cref="KeepStateAttribute"/> has no effect on such a test.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class OwnDatabaseAttribute : Attribute;
