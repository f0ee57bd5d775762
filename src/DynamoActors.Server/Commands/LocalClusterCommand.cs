using System.CommandLine;
using DynamoActors.Server.LocalCluster;
using DynamoActors.Server.Startup;

namespace DynamoActors.Server.Commands;

/// <summary><c>local-cluster</c>: runs several nodes on this machine, a process each.</summary>
internal static class LocalClusterCommand
{
    private const int NodesMax = 16;

    private static readonly Option<int?> Nodes = WithinRange(new Option<int?>("--nodes")
    { Description = "How many nodes, 1 to 16. Default: as many as there were, or 3." }, 1, NodesMax);

    private static readonly Option<int> HttpPort = WithinRange(new Option<int>("--http-port")
    { Description = "The first node's HTTP port; each further node has the next.", DefaultValueFactory = _ => 8081 }, 1, 65535 - NodesMax);

    private static readonly Option<int> RespPort = WithinRange(new Option<int>("--resp-port")
    { Description = "The first node's port for clients of Redis; each further node has the next. Default: none." }, 1, 65535 - NodesMax);

    private static readonly Option<int> RemotePort = WithinRange(new Option<int>("--remote-port")
    {
        Description = "The first node's port for the cluster's own messages; each further node has the next.",
        DefaultValueFactory = _ => 4053,
    }, 1, 65535 - NodesMax);

    private static readonly Option<int> LinksPort = WithinRange(new Option<int>("--links-port")
    {
        Description = "The first node's port for reads and writes between nodes; each further node has the next.",
        DefaultValueFactory = _ => 4153,
    }, 1, 65535 - NodesMax);

    private static readonly Option<string> Data = new Option<string>("--data")
    { Description = "Node i keeps its data under DIR/node{i}.", DefaultValueFactory = _ => "data" }.NotEmpty();

    private static readonly Option<bool> Fresh = new("--fresh")
    { Description = "Delete what the nodes' data directories hold and start empty." };

    private static readonly Option<string?> Config = new Option<string?>("--config")
    { Description = "The nodes' HOCON file. Default: hocon/local-cluster.conf beside the program." }.NotEmpty();

    private static readonly Argument<string> Leaving = new("NODE") { Description = "Which one, node4 for example." };

    private static readonly Option<bool> Dead = new("--dead")
    { Description = "It does not run and never will again: the others take over what they hold of its partitions." };

    private static readonly Option<string[]> Settings = new("--set")
    { Description = "key=value, one HOCON setting over the file's, for every node; repeatable." };

    public static Command Create()
    {
        var command = new Command("local-cluster", "Runs a cluster on this machine, a process for each node, until Ctrl-C.");
        Configure(command);
        return command;
    }

    public static void Configure(Command command)
    {
        foreach (Option option in (Option[])[Nodes, HttpPort, RespPort, RemotePort, LinksPort, Data, Fresh, Config, Settings])
            command.Options.Add(option);
        command.SetAction((parsed, stop) => LocalClusterProgram.RunAsync(Read(parsed), stop));
        command.Subcommands.Add(Change(new Command("add", "Starts one more node of the cluster that runs, and has it take its share."),
            static (change, _) => change.AddAsync()));
        command.Subcommands.Add(Change(
            new Command("remove", "Has a node hand over all it owns, and end.") { Leaving, Dead },
            static (change, parsed) => change.RemoveAsync(parsed.GetRequiredValue(Leaving), parsed.GetValue(Dead))));
    }

    /// <summary>Of a cluster that runs: found by its data directory.</summary>
    private static Command Change(Command command, Func<LocalClusterChange, ParseResult, Task> act)
    {
        command.Options.Add(Data);
        command.SetAction(async (parsed, stop) =>
        {
            using var change = new LocalClusterChange(Path.GetFullPath(parsed.GetRequiredValue(Data)), Console.Out, stop);
            try
            {
                await act(change, parsed);
                return 0;
            }
            catch (Exception e) when (e is StartFailure or HttpRequestException)
            {
                await Console.Error.WriteLineAsync(e.Message);
                return ExitCodes.CannotStart;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                await Console.Error.WriteLineAsync("Not watched any more; what was committed goes on.");
                return ExitCodes.CannotStart;
            }
        });
        return command;
    }

    private static LocalClusterOptions Read(ParseResult parsed) => new()
    {
        Nodes = parsed.GetValue(Nodes),
        HttpPort = parsed.GetValue(HttpPort),
        RespPort = parsed.GetValue(RespPort) is > 0 and var respPort ? respPort : null,
        RemotePort = parsed.GetValue(RemotePort),
        LinksPort = parsed.GetValue(LinksPort),
        DataDirectory = Path.GetFullPath(parsed.GetRequiredValue(Data)),
        Fresh = parsed.GetValue(Fresh),
        ConfigFile = Path.GetFullPath(parsed.GetValue(Config) ?? NodeConfiguration.DefaultFile("local-cluster.conf")),
        Settings = parsed.GetValue(Settings) ?? [],
    };

    private static Option<T> WithinRange<T>(Option<T> option, int least, int most)
    {
        option.Validators.Add(result =>
        {
            // It is asked once for each command that has the option.
            if (result.Errors.Any()) return;
            foreach (var token in result.Tokens)
            {
                // What is no number at all the parser itself refuses.
                if (long.TryParse(token.Value, out var number) && (number < least || number > most))
                    result.AddError($"{option.Name} is {number}; it must be {least} to {most}.");
            }
        });
        return option;
    }
}
