using Akka.Configuration;
using Microsoft.Extensions.Logging;

namespace DynamoActors.Server.Startup;

/// <summary>Puts one node together: its store, its actor system, its actors.</summary>
internal static class NodeComposition
{
    public static Task<IRunningNode> StartAsync(Config config, NodeLaunch launch, ILoggerFactory logs) =>
        throw new StartFailure("The node's actors are not in this build.");
}
