using System.Globalization;

namespace DynamoActors.Links;

/// <summary><c>host:port</c>, or <c>[v6 address]:port</c>.</summary>
/// <param name="Host">A name or an address; that of version 6 without its brackets.</param>
public sealed record HostPort(string Host, int Port)
{
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(Host.Contains(':') ? $"[{Host}]" : Host)}:{Port}");

    /// <summary>Nobody else can reach a node under such a host.</summary>
    public bool IsEveryInterface => Host is "0.0.0.0" or "::" or "*";

    /// <summary>As it may be configured, with brackets or without.</summary>
    public static HostPort Of(string host, int port) => new(host.StartsWith('[') && host.EndsWith(']') ? host[1..^1] : host, port);

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
}
