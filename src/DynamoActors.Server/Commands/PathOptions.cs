using System.CommandLine;

namespace DynamoActors.Server.Commands;

/// <summary>Options that name a file or a directory.</summary>
internal static class PathOptions
{
    /// <summary>Refuses an empty one: it is what a script gives whose variable is not set, and meant for no place at all.</summary>
    public static Option<T> NotEmpty<T>(this Option<T> option)
    {
        option.Validators.Add(result =>
        {
            // It is asked once for each command that has the option.
            if (!result.Errors.Any() && result.Tokens.Any(token => token.Value.Length == 0))
                result.AddError($"{option.Name} is empty; give it a path, or leave it out where it has a default.");
        });
        return option;
    }
}
