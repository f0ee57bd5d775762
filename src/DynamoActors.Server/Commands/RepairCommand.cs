using System.CommandLine;
using DynamoActors.Server.Repair;

namespace DynamoActors.Server.Commands;

/// <summary><c>repair</c>: takes what is damaged out of a stopped node's store.</summary>
internal static class RepairCommand
{
    private static readonly Option<string> Data = new Option<string>("--data")
    { Description = "The node's data directory, as it was given to 'node'. No node may run on it.", Required = true }.NotEmpty();

    public static Command Create()
    {
        var command = new Command("repair",
            "Checks everything that a stopped node reads at its start, and mends it or moves it aside. "
            + "Nothing is deleted; what is sound is not changed.")
        { Data };
        command.SetAction(parsed =>
            RepairProgram.Run(
                Path.GetFullPath(parsed.GetRequiredValue(Data)), parsed.InvocationConfiguration.Output,
                    parsed.InvocationConfiguration.Error));
        return command;
    }
}
