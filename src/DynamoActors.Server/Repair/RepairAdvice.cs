using DynamoActors.Server.LocalCluster;

namespace DynamoActors.Server.Repair;

/// <summary>What a node says when it finds its store damaged: the very command, for a shell.</summary>
internal static class RepairAdvice
{
    public static string For(string dataDirectory) => $"Stop this node, run \"{CommandFor(dataDirectory)}\", and start it again.";

    public static string CommandFor(string dataDirectory) => NodeCommandLine.OfThisProgram(["repair", "--data", dataDirectory]).ToString();
}
