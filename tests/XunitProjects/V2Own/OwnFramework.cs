using Xunit.Abstractions;
using Xunit.Sdk;

[assembly: TestFramework("Scenarios.OwnFramework", "XunitV2OwnScenarios")]

namespace Scenarios;

public sealed class OwnFramework(IMessageSink messages) : XunitTestFramework(messages);
