using System.CommandLine.Parsing;
using DynamoActors.Links;

namespace DynamoActors.Server.Commands;

/// <summary>Reads <c>host:port</c> from the command line.</summary>
internal static class HostPortArguments
{
    /// <summary>For an option that is given once.</summary>
    public static HostPort ParseOne(ArgumentResult argument) => ParseAll(argument).FirstOrDefault() ?? new HostPort("", 0);

    /// <summary>For an option that may be repeated.</summary>
    public static HostPort[] ParseAll(ArgumentResult argument)
    {
        var parsed = new List<HostPort>();
        foreach (var token in argument.Tokens)
        {
            if (HostPort.TryParse(token.Value, out var address)) parsed.Add(address);
            else argument.AddError($"'{token.Value}' is not host:port, such as 127.0.0.1:8081.");
        }

        return [.. parsed];
    }
}
