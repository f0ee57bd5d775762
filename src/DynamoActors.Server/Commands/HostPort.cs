using System.CommandLine.Parsing;
using System.Globalization;

namespace DynamoActors.Server.Commands;

/// <summary><c>host:port</c>, or <c>[v6 address]:port</c>.</summary>
internal sealed record HostPort(string Host, int Port)
{
    public override string ToString() => Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";

    public static bool TryParse(string text, out HostPort parsed)
    {
        parsed = new HostPort("", 0);
        var colon = text.LastIndexOf(':');
        if (colon <= 0) return false;
        var host = text[..colon];
        if (host.StartsWith('[') && host.EndsWith(']')) host = host[1..^1];
        else if (host.Contains(':')) return false;
        if (Uri.CheckHostName(host) == UriHostNameType.Unknown) return false;
        if (!int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port > 65535) return false;
        parsed = new HostPort(host, port);
        return true;
    }

    /// <summary>For an option that is given once.</summary>
    public static HostPort ParseOne(ArgumentResult argument) => ParseAll(argument).FirstOrDefault() ?? new HostPort("", 0);

    /// <summary>For an option that may be repeated.</summary>
    public static HostPort[] ParseAll(ArgumentResult argument)
    {
        var parsed = new List<HostPort>();
        foreach (var token in argument.Tokens)
        {
            if (TryParse(token.Value, out var address)) parsed.Add(address);
            else argument.AddError($"'{token.Value}' is not host:port, such as 127.0.0.1:8081.");
        }

        return [.. parsed];
    }
}
