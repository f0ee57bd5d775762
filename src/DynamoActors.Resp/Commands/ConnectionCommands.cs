using System.Globalization;
using DynamoActors.Core.Security;
using DynamoActors.Resp.Calls;
using DynamoActors.Resp.Protocol;

namespace DynamoActors.Resp.Commands;

/// <summary>What a client and this node agree on about their connection. Done as they come, before any later command is begun.</summary>
internal static class ConnectionCommands
{
    /// <summary>Of Redis, whose commands of that version are known here: clients choose theirs by it.</summary>
    public const string RedisVersion = "7.0.0";

    public static Reply Ping(Call call) => call.Arguments.Length switch
    {
        1 => new SimpleReply("PONG"),
        2 => new BulkReply(call.Arguments[1].Bytes),
        _ => new ErrorReply(ErrorTexts.WrongArity("ping")),
    };

    public static Reply Echo(Call call) => new BulkReply(call.Arguments[1].Bytes);

    public static Reply Select(Call call)
    {
        var number = call.Arguments[1].ReadInteger();
        if (number < 0 || number >= call.Services.Databases.Count) return new ErrorReply("ERR DB index is out of range");
        call.Session.Database = (int)number;
        return Reply.Ok;
    }

    /// <summary>The token is the password; the user's name says nothing. Without access control, as Redis does where no password is
    /// set.</summary>
    public static Reply Auth(Call call) => call.Arguments.Length switch
    {
        2 or 3 when call.Services.IsControlled => FaultOfToken(call, call.Arguments[^1]) is { } fault ? new ErrorReply(fault) : Reply.Ok,
        2 => new ErrorReply("ERR AUTH <password> called without any password configured for the default user. "
            + "Are you sure your configuration is correct?"),
        3 => FaultOfUser(call.Arguments[1]) is { } fault ? new ErrorReply(fault) : Reply.Ok,
        _ => new ErrorReply(ErrorTexts.Syntax),
    };

    public static Reply Hello(Call call)
    {
        var (version, name, arguments) = (call.Session.Version, call.Session.Name, call.Arguments);
        if (arguments.Length > 1)
        {
            if (!arguments[1].TryReadInteger(out var wanted))
                return new ErrorReply("ERR Protocol version is not an integer or out of range");
            if (wanted is not (2 or 3)) return new ErrorReply("NOPROTO unsupported protocol version");
            version = (int)wanted;
        }

        for (var at = 2; at < arguments.Length;)
        {
            if (arguments[at].Is("auth"u8) && at + 2 < arguments.Length)
            {
                var fault = call.Services.IsControlled ? FaultOfToken(call, arguments[at + 2]) : FaultOfUser(arguments[at + 1]);
                if (fault is not null) return new ErrorReply(fault);
                at += 3;
            }
            else if (arguments[at].Is("setname"u8) && at + 1 < arguments.Length)
            {
                if (FaultOfName(arguments[at + 1]) is { } bad) return new ErrorReply(bad);
                name = arguments[at + 1].Text;
                at += 2;
            }
            else return new ErrorReply($"ERR Syntax error in HELLO option '{arguments[at].Text}'");
        }

        if (call.Services.CallerOf(call.Session) is null) return new ErrorReply(ErrorTexts.NoAuth);
        (call.Session.Version, call.Session.Name) = (version, name);
        return new MapReply([
            ("server", Reply.Of("redis")), ("version", Reply.Of(RedisVersion)), ("proto", new IntegerReply(version)),
            ("id", new IntegerReply(call.Session.Id)), ("mode", Reply.Of("standalone")), ("role", Reply.Of("master")),
            ("modules", Reply.Array([]))]);
    }

    public static Reply Client(Call call)
    {
        var arguments = call.Arguments;
        var what = arguments[1];
        var session = call.Session;
        switch (arguments.Length)
        {
            case 2 when what.Is("id"u8):
                return new IntegerReply(session.Id);
            case 2 when what.Is("getname"u8):
                return session.Name.Length == 0 ? Reply.Null : Reply.Of(session.Name);
            case 3 when what.Is("setname"u8):
                if (FaultOfName(arguments[2]) is { } fault) return new ErrorReply(fault);
                session.Name = arguments[2].Text;
                return Reply.Ok;
            // The name and version of a library, which nothing here asks for.
            case 4 when what.Is("setinfo"u8):
            case 3 when what.Is("no-evict"u8) || what.Is("no-touch"u8):
            case 3 when what.Is("reply"u8) && arguments[2].Is("on"u8):
                return Reply.Ok;
            case >= 2 when what.Is("info"u8) || what.Is("list"u8):
                return Reply.Of(string.Create(CultureInfo.InvariantCulture,
                    $"id={session.Id} addr={session.Address} name={session.Name} db={session.Database} resp={session.Version}\n"));
            default:
                return new ErrorReply(ErrorTexts.UnknownSubcommand(arguments[0], what));
        }
    }

    public static Reply Quit(Call call)
    {
        call.Session.HasQuit = true;
        return Reply.Ok;
    }

    public static Reply Reset(Call call)
    {
        call.Session.Reset();
        return new SimpleReply("RESET");
    }

    public static Reply Multi(Call call)
    {
        call.Session.IsInRefusedTransaction = true;
        return new ErrorReply(CommandTable.NotAtomic("multi") + " What follows up to EXEC or DISCARD is not done.");
    }

    public static Reply Exec(Call call)
    {
        if (!call.Session.IsInRefusedTransaction) return new ErrorReply("ERR EXEC without MULTI");
        call.Session.IsInRefusedTransaction = false;
        return new ErrorReply("EXECABORT Transaction discarded because of previous errors.");
    }

    public static Reply Discard(Call call)
    {
        if (!call.Session.IsInRefusedTransaction) return new ErrorReply("ERR DISCARD without MULTI");
        call.Session.IsInRefusedTransaction = false;
        return Reply.Ok;
    }

    /// <summary>Null: the connection goes by that token from now on.</summary>
    private static string? FaultOfToken(Call call, Argument token)
    {
        if (TokenHash.Of(token.Span) is not { } hash || !call.Services.Knows(hash))
        {
            call.Session.WrongTokens++;
            return ErrorTexts.WrongPass;
        }

        (call.Session.Token, call.Session.WrongTokens) = (hash, 0);
        return null;
    }

    private static string? FaultOfUser(Argument user) =>
        user.Span.SequenceEqual("default"u8) ? null : ErrorTexts.WrongPass;

    private static string? FaultOfName(Argument name) => !name.Span.ContainsAnyExceptInRange((byte)'!', (byte)'~') ? null
        : "ERR Client names cannot contain spaces, newlines or special characters.";
}
