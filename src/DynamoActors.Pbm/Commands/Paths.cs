using System.CommandLine;
using System.CommandLine.Parsing;

namespace DynamoActors.Pbm.Commands;

/// <summary>Options and arguments that name a file or a directory.</summary>
internal static class Paths
{
    /// <summary>Refuses an empty one: it is what a script gives whose variable is not set, and meant for no place at all.</summary>
    public static Option<T> NotEmpty<T>(this Option<T> option)
    {
        option.Validators.Add(result => Refuse(result, option.Name));
        return option;
    }

    /// <inheritdoc cref="NotEmpty{T}(Option{T})" />
    public static Argument<T> NotEmpty<T>(this Argument<T> argument)
    {
        argument.Validators.Add(result => Refuse(result, argument.Name));
        return argument;
    }

    private static void Refuse(SymbolResult given, string name)
    {
        // It is asked once for each command that has the symbol.
        if (!given.Errors.Any() && given.Tokens.Any(token => token.Value.Length == 0))
            given.AddError($"{name} is empty; it is a path.");
    }
}
