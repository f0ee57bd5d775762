using DynamoActors.Resp.Calls;
using DynamoActors.Resp.Protocol;

namespace DynamoActors.Resp.Commands;

/// <summary>Which of a command's arguments are keys.</summary>
internal enum KeyUse
{
    None,

    /// <summary>The first.</summary>
    First,

    /// <summary>All of them.</summary>
    Many,

    /// <summary>Every other one, a value behind each.</summary>
    Pairs,

    /// <summary>None is named, and all are meant.</summary>
    Whole,
}

/// <summary>One command.</summary>
/// <param name="Name">In small letters.</param>
/// <param name="Arity">How many arguments, the name among them; negative: at least so many.</param>
internal sealed record CommandSpec(
    string Name, int Arity, KeyUse Keys, bool IsWrite, string Group, string Summary, Func<Call, ValueTask<Reply>> Run)
{
    /// <summary>Done for whoever has not said yet who he is; others want a token, and those with keys the right to them.</summary>
    public bool IsOpen => Name is "auth" or "hello" or "quit" or "reset";

    public bool Takes(int arguments) => Arity >= 0 ? arguments == Arity : arguments >= -Arity;

    /// <summary>How many such commands of one key it comes to.</summary>
    public int Operations(int arguments) => Keys switch
    {
        KeyUse.Many => arguments - 1,
        KeyUse.Pairs => (arguments - 1) / 2,
        _ => 1,
    };

    /// <summary>The keys among a call's arguments.</summary>
    public IEnumerable<Argument> KeysOf(Argument[] arguments) => Keys switch
    {
        KeyUse.First => [arguments[1]],
        KeyUse.Many => arguments.Skip(1),
        KeyUse.Pairs => arguments.Skip(1).Where((_, index) => index % 2 == 0),
        _ => [],
    };
}
