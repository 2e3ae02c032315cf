using IntegrationKit.Diagnostics;
using IntegrationKit.Limits;
using Microsoft.Extensions.Logging;

namespace IntegrationKit.Launching;

/// <summary>What goes along with one launch: where it reports, how long it may take, and where it leaves evidence.</summary>
internal sealed record LaunchContext(ILogger Logger, ServiceReporter Reporter, Redactor Redactor, Deadline Deadline, StartEvidence Evidence, TimeProvider TimeProvider);
