using System.Globalization;

namespace DynamoActors.Links;

/// <summary>Where a node takes links.</summary>
/// <param name="Host">A name, an IPv4 address, or an IPv6 address without brackets.</param>
public readonly record struct LinkAddress(string Host, int Port)
{
    /// <summary><c>host:port</c>, an IPv6 address in brackets.</summary>
    public override string ToString() =>
        (Host.Contains(':') ? $"[{Host}]:" : Host + ":") + Port.ToString(CultureInfo.InvariantCulture);

    /// <summary>Null where the text is no address.</summary>
    public static LinkAddress? Parse(string text)
    {
        int colon = text.LastIndexOf(':');
        if (colon <= 0 || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port)) return null;
        return new LinkAddress(text[..colon].TrimStart('[').TrimEnd(']'), port);
    }
}
