using System.Globalization;
using System.Text;
using DynamoActors.Resp.Calls;
using DynamoActors.Resp.Protocol;

namespace DynamoActors.Resp.Commands;

/// <summary>What clients ask about the server.</summary>
internal static class ServerCommands
{
    public static Reply Info(Call call)
    {
        var wanted = call.Arguments.Skip(1).Select(argument => argument.Text.ToLowerInvariant()).ToHashSet();
        var isAll = wanted.Count == 0 || wanted.Overlaps(["all", "default", "everything"]);
        var sections = Sections(call.Services).Where(section => isAll || wanted.Contains(section.Name.ToLowerInvariant()));
        return Reply.Of(string.Join("\r\n", sections.Select(section =>
            $"# {section.Name}\r\n{string.Concat(section.Fields.Select(field => $"{field.Name}:{field.Value}\r\n"))}")));
    }

    public static Reply Config(Call call)
    {
        if (call.Arguments[1].Is("get"u8) && call.Arguments.Length > 2)
        {
            var patterns = call.Arguments[2..];
            return new MapReply([.. Parameters(call.Services)
                .Where(parameter => patterns.Any(pattern => Matches(pattern, parameter.Name)))
                .Select(parameter => (parameter.Name, Reply.Of(parameter.Value)))]);
        }

        if (call.Arguments[1].Is("set"u8) || call.Arguments[1].Is("resetstat"u8) || call.Arguments[1].Is("rewrite"u8))
            return new ErrorReply($"ERR CONFIG {call.Arguments[1].Text.ToUpperInvariant()} is not supported: a node is configured by its "
                + "HOCON file and command line, a database by the properties of its bucket over HTTP");
        return new ErrorReply(ErrorTexts.UnknownSubcommand(call.Arguments[0], call.Arguments[1]));
    }

    /// <summary>Clients that know Redis's clusters go on with this node as with one that is in none: whichever node they ask serves every
    /// key.</summary>
    public static Reply Cluster(Call call) => new ErrorReply(ErrorTexts.NotClustered);

    public static Reply Command(Call call)
    {
        var arguments = call.Arguments;
        if (arguments.Length == 1) return Reply.Array(CommandTable.All.Select(Describe));
        if (arguments[1].Is("count"u8)) return new IntegerReply(CommandTable.All.Count);
        if (arguments[1].Is("list"u8)) return Reply.Array(CommandTable.All.Select(command => Reply.Of(command.Name)));
        var named = arguments.Length > 2 ? arguments[2..].Select(name => CommandTable.Find(name.Span)) : CommandTable.All;
        if (arguments[1].Is("info"u8)) return Reply.Array(named.Select(command => command is null ? Reply.Null : Describe(command)));
        if (arguments[1].Is("docs"u8))
            return new MapReply([.. named.OfType<CommandSpec>().Select(command => (command.Name, Document(command)))]);
        return new ErrorReply(ErrorTexts.UnknownSubcommand(arguments[0], arguments[1]));
    }

    private static Reply Describe(CommandSpec command)
    {
        var (last, step) = command.Keys switch
        {
            KeyUse.First => (1, 1),
            KeyUse.Many => (-1, 1),
            KeyUse.Pairs => (-1, 2),
            _ => (0, 0),
        };
        return Reply.Array([
            Reply.Of(command.Name), new IntegerReply(command.Arity),
            Reply.Array(command.Keys == KeyUse.None ? [] : [new SimpleReply(command.IsWrite ? "write" : "readonly")]),
            new IntegerReply(step > 0 ? 1 : 0), new IntegerReply(last), new IntegerReply(step),
            Reply.Array([]), Reply.Array([]), Reply.Array([]), Reply.Array([])]);
    }

    private static Reply Document(CommandSpec command) => new MapReply([
        ("summary", Reply.Of(command.Summary)), ("since", Reply.Of("1.0.0")), ("group", Reply.Of(command.Group))]);

    private static bool Matches(Argument pattern, string name) =>
        GlobPattern.Matches(Encoding.Latin1.GetBytes(pattern.Text.ToLowerInvariant()), Encoding.Latin1.GetBytes(name));

    private static (string Name, string Value)[] Parameters(RespServices services) =>
    [
        ("appendonly", "yes"),
        ("databases", Number(services.Databases.Count)),
        ("maxmemory", "0"),
        ("proto-max-bulk-len", Number(services.Limits.ValueBytesMax)),
        ("replica-read-only", "no"),
        ("save", ""),
        ("slave-read-only", "no"),
        ("timeout", "0"),
    ];

    private static (string Name, (string Name, string Value)[] Fields)[] Sections(RespServices services)
    {
        var readiness = services.Node.Readiness;
        var statistics = services.Node.Statistics;
        return
        [
            ("Server",
            [
                ("redis_version", ConnectionCommands.RedisVersion), ("redis_mode", "standalone"), ("server_name", "dynamoactors"),
                ("node", services.Node.Name), ("process_id", Number(Environment.ProcessId)),
                ("uptime_in_seconds", Number((long)statistics.Uptime.TotalSeconds)),
            ]),
            ("Clients", [("connected_clients", Number(Volatile.Read(ref services.Meter.Connections)))]),
            // Clients that find a node loading ask again until it is not.
            ("Persistence", [("loading", readiness.Ready ? "0" : "1"), ("aof_enabled", "1")]),
            ("Stats", [("total_commands_processed", Number(Interlocked.Read(ref services.Commands)))]),
            ("Replication", [("role", "master"), ("connected_slaves", "0")]),
            ("Cluster", [("cluster_enabled", "0")]),
            ("Keyspace", []),
        ];
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
