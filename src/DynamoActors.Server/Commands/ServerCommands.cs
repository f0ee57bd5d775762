using System.CommandLine;

namespace DynamoActors.Server.Commands;

/// <summary>The command line: <c>local-cluster</c> (also where no command is given), <c>node</c>, <c>health</c>, <c>repair</c>,
/// <c>restore</c>.</summary>
internal static class ServerCommands
{
    public static RootCommand Create()
    {
        var root = new RootCommand("DynamoActors: a leaderless, always-writable, replicated key-value store.");
        LocalClusterCommand.Configure(root);
        root.Subcommands.Add(LocalClusterCommand.Create());
        root.Subcommands.Add(NodeCommand.Create());
        root.Subcommands.Add(HealthCommand.Create());
        root.Subcommands.Add(RepairCommand.Create());
        root.Subcommands.Add(RestoreCommand.Create());
        return root;
    }
}
