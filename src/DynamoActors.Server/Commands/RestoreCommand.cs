using System.CommandLine;
using System.CommandLine.Parsing;
using DynamoActors.Server.Restore;

namespace DynamoActors.Server.Commands;

/// <summary><c>restore</c>: makes data directories of a backup that <c>pbm backup create</c> has made.</summary>
internal static class RestoreCommand
{
    private static readonly Option<string> From = new Option<string>("--from")
    { Description = "The directory that was given to 'pbm backup create --to'.", Required = true }.NotEmpty();

    private static readonly Option<string?> Name = new("--name") { Description = "Which of its backups. Default: the newest." };

    private static readonly Option<string> To = new Option<string>("--to")
    {
        Description = "Where the data directories are made, one for each node and called like it; with --node, that node's own.",
        Required = true,
    }.NotEmpty();

    private static readonly Option<int?> Nodes = new("--nodes")
    {
        Description = "A new cluster of so many nodes: called as they were, where they are as many as before, else node1, node2 and so on.",
    };

    private static readonly Option<string?> Node = new("--node")
    { Description = "Instead: this member of the cluster that the backup is of, whose others live." };

    private static readonly Option<TimeSpan> DeletionsKept = new("--deletions-kept")
    {
        Description = "The cluster's dynamo.anti-entropy.deleted-age-min, as [days.]hours:minutes:seconds.",
        DefaultValueFactory = _ => TimeSpan.FromMinutes(10),
    };

    private static readonly Option<bool> DeletionsMayReturn = new("--deletions-may-return")
    { Description = "Restore a member from an older backup, although keys that were deleted since may come back." };

    private static readonly Option<bool> DataLoss = new("--data-loss")
    { Description = "Even where the backup has nothing of some partitions." };

    public static Command Create()
    {
        var command = new Command("restore",
            "Makes data directories of a backup. What is damaged is named and left out. Interrupted, the same command goes on.")
        { From, Name, To, Nodes, Node, DeletionsKept, DeletionsMayReturn, DataLoss };
        command.Validators.Add(RequireOneKind);
        command.SetAction((parsed, stop) =>
        {
            var order = new RestoreOrder(Path.GetFullPath(parsed.GetRequiredValue(From)), parsed.GetValue(Name),
                Path.GetFullPath(parsed.GetRequiredValue(To)), parsed.GetValue(Nodes), parsed.GetValue(Node),
                parsed.GetValue(DeletionsKept), parsed.GetValue(DeletionsMayReturn), parsed.GetValue(DataLoss));
            return Task.Run(() => new RestoreProgram(order, parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error)
                .Run(DateTimeOffset.UtcNow, stop));
        });
        return command;
    }

    private static void RequireOneKind(CommandResult command)
    {
        var (nodes, node) = (command.GetValue(Nodes), command.GetValue(Node));
        if (nodes is null == string.IsNullOrEmpty(node))
            command.AddError("Either --nodes N, for a new cluster, or --node NAME, for a member of the one that lives.");
        else if (nodes is < 1 or > 1000) command.AddError($"--nodes is {nodes}; it is 1 to 1000.");
    }
}
