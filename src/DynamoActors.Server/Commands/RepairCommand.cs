using System.CommandLine;
using DynamoActors.Server.Repair;

namespace DynamoActors.Server.Commands;

/// <summary><c>repair</c>: takes what is damaged out of a stopped node's store.</summary>
internal static class RepairCommand
{
    private static readonly Option<string> Data = new("--data")
    { Description = "The node's data directory, as it was given to 'node'. No node may run on it.", Required = true };

    public static Command Create()
    {
        var command = new Command("repair",
            "Checks every table of a stopped node's store, and moves aside those whose checksums are wrong. Nothing is deleted; a sound "
            + "store is not changed.") { Data };
        command.SetAction(parsed => RepairProgram.Run(
            Path.GetFullPath(parsed.GetRequiredValue(Data)), parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error));
        return command;
    }
}
