using IntegrationKit.Readiness;
using Microsoft.Extensions.Logging;

namespace IntegrationKit.Launching;

/// <summary>What goes along with one launch: where it reports, how long it may take, and where it leaves evidence.</summary>
internal sealed record LaunchContext(ILogger Logger, ServiceReporter Reporter, Deadline Deadline, StartEvidence Evidence);
