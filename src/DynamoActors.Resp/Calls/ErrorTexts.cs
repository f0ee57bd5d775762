using DynamoActors.Http.Problems;
using DynamoActors.Http.Security;
using DynamoActors.Node.Requests;
using DynamoActors.Resp.Protocol;

namespace DynamoActors.Resp.Calls;

/// <summary>Errors as clients of Redis know them: the first word is the sort, and where Redis has a sentence it is Redis's own.</summary>
internal static class ErrorTexts
{
    public const string Syntax = "ERR syntax error";
    public const string NoAuth = "NOAUTH Authentication required.";
    public const string WrongPass = "WRONGPASS invalid username-password pair or user is disabled.";
    public const string NotAnInteger = "ERR value is not an integer or out of range";
    public const string NotClustered = "ERR This instance has cluster support disabled";

    private const int ShownArgumentsBytes = 128;

    public static string WrongArity(string command) => $"ERR wrong number of arguments for '{command}' command";

    public static string InvalidExpiry(string command) => $"ERR invalid expire time in '{command}' command";

    public static string UnknownSubcommand(Argument command, Argument subcommand) =>
        $"ERR unknown subcommand '{Shown(subcommand)}'. Try {command.Text.ToUpperInvariant()} HELP.";

    public static string UnknownCommand(Argument[] arguments)
    {
        var shown = "";
        foreach (var argument in arguments.Skip(1))
        {
            if (shown.Length >= ShownArgumentsBytes) break;
            shown += $"'{Shown(argument)}' ";
        }

        return $"ERR unknown command '{Shown(arguments[0])}', with args beginning with: {shown}";
    }

    public static string TooMany(TimeSpan wait) =>
        $"BUSY this token's limit of requests or bytes per second is used up at this node; try again in {wait.TotalSeconds:0.###} s. "
        + "Nothing was done";

    public static string NoRoom(long bytesMax) => $"BUSY {OutcomeProblems.TooManyBodies(bytesMax).Detail}";

    /// <summary>Of an outcome that is none of those that a command expects.</summary>
    public static string Of(ClientOutcome outcome, bool isWrite)
    {
        var sort = outcome switch
        {
            QuorumNotReached missed when isWrite && (missed.Unknown || missed.TimedOut) => "UNKNOWN",
            QuorumNotReached => "NOREPLICAS",
            NodeOverloaded => "BUSY",
            NodeNotReady => "LOADING",
            AccessDenied => "NOPERM",
            _ => "ERR",
        };
        return $"{sort} {OutcomeProblems.Of(outcome, isWrite).Detail}";
    }

    public static string Of(BucketNotSetException failure) => $"{(failure.IsUnknown ? "UNKNOWN" : "LOADING")} {failure.Message}";

    private static string Shown(Argument argument)
    {
        var text = argument.Text;
        return text.Length <= ShownArgumentsBytes ? text : text[..ShownArgumentsBytes];
    }
}
