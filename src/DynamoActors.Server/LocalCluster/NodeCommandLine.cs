using System.Reflection;

namespace DynamoActors.Server.LocalCluster;

/// <summary>The command that runs one of the nodes, as a list for the operating system and as a line for a shell.</summary>
internal sealed record NodeCommandLine(string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>This very program again.</summary>
    public static NodeCommandLine Of(LocalNode node, LocalClusterOptions cluster, LocalMembers members)
    {
        List<string> arguments =
            ["node", "--name", node.Name, "--http", node.Http.ToString(), "--remote", node.Remote.ToString(), "--links",
                node.Links.ToString()];
        if (node.Resp is { } resp) arguments.AddRange(["--resp", resp.ToString()]);
        // Every node knows every other, so that each can be restarted alone whichever of them is up.
        foreach (var member in members.Nodes) arguments.AddRange(["--seed", member.Remote.ToString()]);
        arguments.AddRange(["--data", node.DataDirectory, "--config", cluster.ConfigFile]);
        if (members.Initial != DefaultNodes) arguments.AddRange(["--set", $"dynamo.ring.initial-members={members.Initial}"]);
        foreach (var setting in cluster.Settings) arguments.AddRange(["--set", setting]);
        return OfThisProgram(arguments);
    }

    /// <summary>Its own executable, or <c>dotnet</c> with its assembly where it was started that way.</summary>
    public static NodeCommandLine OfThisProgram(IReadOnlyList<string> arguments)
    {
        var program = Environment.ProcessPath ?? "dotnet";
        return Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase)
            ? new NodeCommandLine(program, [Assembly.GetExecutingAssembly().Location, .. arguments])
            : new NodeCommandLine(program, arguments);
    }

    /// <summary>For which local-cluster.conf is written.</summary>
    private const int DefaultNodes = 3;

    /// <summary>To be pasted into a POSIX shell.</summary>
    public override string ToString() => string.Join(' ', Arguments.Prepend(Program).Select(Quoted));

    private static string Quoted(string argument) =>
        argument.Length > 0 && argument.All(character => char.IsAsciiLetterOrDigit(character) || "-_./:=,@+".Contains(character))
            ? argument
            : $"'{argument.Replace("'", "'\\''")}'";
}
