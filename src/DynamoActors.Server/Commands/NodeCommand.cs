using System.CommandLine;
using DynamoActors.Links;
using DynamoActors.Node.Hosting;
using DynamoActors.Server.Startup;

namespace DynamoActors.Server.Commands;

/// <summary><c>node</c>: runs one node in this process until it is told to stop.</summary>
internal static class NodeCommand
{
    private static readonly Option<string> Name = new("--name")
    {
        Description = "The node's name, unique in its cluster; it stays the same for as long as its data directory. Printable ASCII "
            + "without spaces and slashes.",
        Required = true,
    };

    private static readonly Option<HostPort?> Http = new("--http")
    {
        Description = "host:port to take HTTP on. Default: the configuration file's, 127.0.0.1:8081 where it says nothing.",
        CustomParser = HostPortArguments.ParseOne,
    };

    private static readonly Option<HostPort?> Resp = new("--resp")
    {
        Description = "host:port to take clients of Redis on. Default: the configuration file's, nowhere where it says nothing.",
        CustomParser = HostPortArguments.ParseOne,
    };

    private static readonly Option<HostPort?> Remote = new("--remote")
    {
        Description = "host:port for the cluster's own messages: who is a member, and what the ring is. "
            + "Default: the configuration file's, 127.0.0.1:4053 where it says nothing.",
        CustomParser = HostPortArguments.ParseOne,
    };

    private static readonly Option<HostPort?> Links = new("--links")
    {
        Description = "host:port to take other nodes' reads and writes on. Default: the configuration file's, 127.0.0.1:4153 where it "
            + "says nothing.",
        CustomParser = HostPortArguments.ParseOne,
    };

    private static readonly Option<string?> Advertise = new("--advertise")
    { Description = "The host under which other nodes and clients reach this one, where it listens on 0.0.0.0 or behind a translation." };

    private static readonly Option<HostPort[]> Seeds = new("--seed")
    {
        Description = "host:port (as for --remote) of a node to join through; repeatable. The first seed of the list forms a new "
            + "cluster where no other answers. None, here or in the file: this node forms a cluster of its own.",
        CustomParser = HostPortArguments.ParseAll,
    };

    private static readonly Option<string> Data = new Option<string>("--data")
    { Description = "The directory with this node's data; made where it is absent.", Required = true }.NotEmpty();

    private static readonly Option<string?> Config = new Option<string?>("--config")
    { Description = "A HOCON file. Default: hocon/node.conf beside the program." }.NotEmpty();

    private static readonly Option<string[]> Settings = new("--set")
    { Description = "key=value, one HOCON setting over the file's; repeatable." };

    private static readonly Option<int> JoinTimeout = new("--join-timeout")
    {
        Description = "Seconds after which a node that could not join the cluster gives up, with exit code 3; 0: never.",
        DefaultValueFactory = _ => 60,
    };

    /// <summary>Set by <c>local-cluster</c>: its end of the pipe closes with it, however it ends.</summary>
    private static readonly Option<bool> UntilInputEnds = new(UntilInputEndsName)
    { Description = "Stop when standard input ends.", Hidden = true };

    public const string UntilInputEndsName = "--until-input-ends";

    public static Command Create()
    {
        var command = new Command("node", "Runs one node.")
        {
            Name, Http, Resp, Remote, Links, Advertise, Seeds, Data, Config, Settings, JoinTimeout, UntilInputEnds,
        };
        command.SetAction((parsed, stop) => NodeProgram.RunAsync(Read(parsed), stop));
        return command;
    }

    private static NodeLaunch Read(ParseResult parsed) => new()
    {
        Name = parsed.GetRequiredValue(Name),
        Http = parsed.GetValue(Http),
        Resp = parsed.GetValue(Resp),
        Remote = parsed.GetValue(Remote),
        Links = parsed.GetValue(Links),
        Advertise = parsed.GetValue(Advertise),
        Seeds = parsed.GetValue(Seeds) ?? [],
        DataDirectory = Path.GetFullPath(parsed.GetRequiredValue(Data)),
        ConfigFile = Path.GetFullPath(parsed.GetValue(Config) ?? NodeConfiguration.DefaultFile("node.conf")),
        Settings = parsed.GetValue(Settings) ?? [],
        JoinTimeout = TimeSpan.FromSeconds(parsed.GetValue(JoinTimeout)),
        UntilInputEnds = parsed.GetValue(UntilInputEnds),
    };
}
