using System.Text;
using DynamoActors.Resp.Calls;
using DynamoActors.Resp.Protocol;

namespace DynamoActors.Resp.Commands;

/// <summary>Every command that is known, and what is wrong with one as it was sent. docs/RESP.md explains them.</summary>
internal static class CommandTable
{
    private const int NameLengthMax = 32;

    /// <summary>Known to Redis, and refused here because no replica alone could do them.</summary>
    public static readonly IReadOnlyList<string> NeedAtomicity =
    [
        "append", "bitfield", "bitop", "copy", "eval", "eval_ro", "evalsha", "evalsha_ro", "fcall", "fcall_ro",
        "function", "incrbyfloat", "move", "msetnx", "rename", "renamenx", "script", "setbit", "setrange",
        "unwatch", "watch",
    ];

    public static IReadOnlyList<CommandSpec> All { get; } =
    [
        Of("get", 2, KeyUse.First, false, "string", "The value of a key", StringCommands.GetAsync),
        Of("set", -3, KeyUse.First, true, "string", "Sets a key, for a time, or if a condition holds", StringCommands.SetAsync),
        Of("setnx", 3, KeyUse.First, true, "string", "Sets a key that no read quorum knows", StringCommands.SetNxAsync),
        Of("setex", 4, KeyUse.First, true, "string", "Sets a key for so many seconds", StringCommands.SetExAsync),
        Of("psetex", 4, KeyUse.First, true, "string", "Sets a key for so many milliseconds", StringCommands.PSetExAsync),
        Of("getset", 3, KeyUse.First, true, "string", "Sets a key and answers its value before", StringCommands.GetSetAsync),
        Of("getdel", 2, KeyUse.First, true, "string", "Answers a key's value and deletes it", StringCommands.GetDelAsync),
        Of("getex", -2, KeyUse.First, true, "string", "Answers a key's value and changes its time to live", StringCommands.GetExAsync),
        Of("mget", -2, KeyUse.Many, false, "string", "The values of several keys", StringCommands.MGetAsync),
        Of("mset", -3, KeyUse.Pairs, true, "string", "Sets several keys, each by itself", StringCommands.MSetAsync),
        Of("incr", 2, KeyUse.First, true, "string", "Adds 1 to a counter", CounterCommands.IncrAsync),
        Of("decr", 2, KeyUse.First, true, "string", "Takes 1 from a counter", CounterCommands.DecrAsync),
        Of("incrby", 3, KeyUse.First, true, "string", "Adds to a counter", CounterCommands.IncrByAsync),
        Of("decrby", 3, KeyUse.First, true, "string", "Takes from a counter", CounterCommands.DecrByAsync),
        Of("strlen", 2, KeyUse.First, false, "string", "The length of a value", StringCommands.StrLenAsync),
        Of("del", -2, KeyUse.Many, true, "generic", "Deletes keys", KeyCommands.DelAsync),
        Of("unlink", -2, KeyUse.Many, true, "generic", "Deletes keys", KeyCommands.DelAsync),
        Of("exists", -2, KeyUse.Many, false, "generic", "How many of the keys there are", KeyCommands.ExistsAsync),
        Of("expire", -3, KeyUse.First, true, "generic", "Sets a time to live in seconds", KeyCommands.ExpireAsync),
        Of("pexpire", -3, KeyUse.First, true, "generic", "Sets a time to live in milliseconds", KeyCommands.PExpireAsync),
        Of("expireat", -3, KeyUse.First, true, "generic", "Sets when a key expires, in seconds since 1970", KeyCommands.ExpireAtAsync),
        Of("pexpireat", -3, KeyUse.First, true, "generic", "Sets when a key expires, in ms since 1970", KeyCommands.PExpireAtAsync),
        Of("ttl", 2, KeyUse.First, false, "generic", "The time to live in seconds", KeyCommands.TtlAsync),
        Of("pttl", 2, KeyUse.First, false, "generic", "The time to live in milliseconds", KeyCommands.PTtlAsync),
        Of("expiretime", 2, KeyUse.First, false, "generic", "When a key expires, in seconds since 1970", KeyCommands.ExpireTimeAsync),
        Of("pexpiretime", 2, KeyUse.First, false, "generic", "When a key expires, in ms since 1970", KeyCommands.PExpireTimeAsync),
        Of("persist", 2, KeyUse.First, true, "generic", "Takes the time to live from a key", KeyCommands.PersistAsync),
        Of("type", 2, KeyUse.First, false, "generic", "string, or none", KeyCommands.TypeAsync),
        Of("scan", -2, KeyUse.Whole, false, "generic", "A page of the database's keys", KeyCommands.ScanAsync),
        Of("dbsize", 1, KeyUse.Whole, false, "server", "Counts the database's keys, by listing them", KeyCommands.DbSizeAsync),
        Of("ping", -1, "connection", "Answers", ConnectionCommands.Ping),
        Of("echo", 2, "connection", "Answers what it was sent", ConnectionCommands.Echo),
        Of("select", 2, "connection", "Goes to another database", ConnectionCommands.Select),
        Of("auth", -2, "connection", "Answers as a server without a password does", ConnectionCommands.Auth),
        Of("hello", -1, "connection", "Chooses the protocol's version", ConnectionCommands.Hello),
        Of("client", -2, "connection", "ID, GETNAME, SETNAME, SETINFO, INFO, LIST of this connection", ConnectionCommands.Client),
        Of("quit", -1, "connection", "Closes the connection", ConnectionCommands.Quit),
        Of("reset", 1, "connection", "Makes the connection as it was at first", ConnectionCommands.Reset),
        Of("command", -1, "server", "COUNT, LIST, INFO, DOCS of commands", ServerCommands.Command),
        Of("info", -1, "server", "What this node tells of itself", ServerCommands.Info),
        Of("config", -2, "server", "GET of what clients ask for", ServerCommands.Config),
        Of("cluster", -2, "cluster", "Refused: every node serves every key", ServerCommands.Cluster),
        Of("multi", 1, "transactions", "Refused, with all that comes up to EXEC", ConnectionCommands.Multi),
        Of("exec", 1, "transactions", "Ends a refused transaction", ConnectionCommands.Exec),
        Of("discard", 1, "transactions", "Ends a refused transaction", ConnectionCommands.Discard),
    ];

    private static readonly Dictionary<string, CommandSpec>.AlternateLookup<ReadOnlySpan<char>> Known =
        All.ToDictionary(command => command.Name, StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Null: there is none of that name.</summary>
    public static CommandSpec? Find(ReadOnlySpan<byte> name)
    {
        if (name.Length > NameLengthMax) return null;
        Span<char> text = stackalloc char[NameLengthMax];
        var length = Encoding.Latin1.GetChars(name, text);
        return Known.TryGetValue(text[..length], out var command) ? command : null;
    }

    /// <summary>The answer to a command that cannot be done as it was sent; null: it can.</summary>
    public static string? FaultOf(CommandSpec? command, Argument[] arguments, ClientLimits limits, Session session)
    {
        if (command is null)
            return NeedAtomicity.Contains(arguments[0].Text.ToLowerInvariant()) ? NotAtomic(arguments[0].Text)
                : ErrorTexts.UnknownCommand(arguments);
        if (!command.Takes(arguments.Length)) return ErrorTexts.WrongArity(command.Name);
        if (session.IsInRefusedTransaction && command.Name is not ("exec" or "discard" or "reset" or "quit"))
            return $"ERR {command.Name.ToUpperInvariant()} was not done: it follows a MULTI that was refused. Send DISCARD or EXEC first.";
        foreach (var key in command.KeysOf(arguments))
        {
            if (key.Length == 0) return "ERR a key has at least 1 byte; nothing was done";
            if (key.Length > limits.KeyBytesMax)
                return $"ERR a key of {key.Length} bytes is longer than this node takes ({limits.KeyBytesMax} bytes, "
                    + "dynamo.http.key-bytes-max); nothing was done";
        }

        return null;
    }

    /// <summary>Why a command is refused that Redis has, because one server does all writes there.</summary>
    public static string NotAtomic(string name) =>
        $"ERR {name.ToUpperInvariant()} is not supported: it has to be atomic, and every replica of this store takes writes by itself, "
        + "on both sides of a partition too. Nothing was done; docs/RESP.md says what to do instead.";

    private static CommandSpec Of(
        string name, int arity, KeyUse keys, bool isWrite, string group, string summary, Func<Call, ValueTask<Reply>> run) =>
        new(name, arity, keys, isWrite, group, summary, run);

    private static CommandSpec Of(string name, int arity, string group, string summary, Func<Call, Reply> run) =>
        new(name, arity, KeyUse.None, IsWrite: false, group, summary, call => new ValueTask<Reply>(run(call)));
}
