using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Akka.Actor;

/// <summary>
/// Where an actor system is reached: <c>akka://name</c> inside one process, <c>akka.tcp://name@host:port</c> from outside.
/// Two addresses are equal when all four parts are.
/// </summary>
public sealed class Address : IEquatable<Address>, IComparable<Address>, IComparable
{
    public static readonly Address AllSystems = new("akka", "all-systems");

    private readonly string _text;
    private readonly int _hash;

    public Address(string protocol, string system, string? host = null, int? port = null)
    {
        Protocol = protocol;
        System = system;
        Host = host?.ToLowerInvariant();
        Port = port;
        _text = Host is null ? $"{protocol}://{system}"
            : string.Create(CultureInfo.InvariantCulture, $"{protocol}://{system}@{BracketIfV6(Host)}:{port}");
        _hash = HashOf(_text);
    }

    public string Protocol { get; }

    public string System { get; }

    public string? Host { get; }

    public int? Port { get; }

    /// <summary>True when the address means nothing outside its own process.</summary>
    public bool HasLocalScope => string.IsNullOrEmpty(Host);

    public bool HasGlobalScope => !HasLocalScope;

    public Address WithProtocol(string protocol) => new(protocol, System, Host, Port);

    public Address WithPort(int? port = null) => new(Protocol, System, Host, port);

    public static Address Parse(string address) =>
        TryParse(address, out Address? parsed) ? parsed
            : throw new UriFormatException($"'{address}' is no address: write protocol://system or protocol://system@host:port.");

    public static bool TryParse(string address, [NotNullWhen(true)] out Address? parsed) =>
        TryParse(address.AsSpan(), out parsed, out ReadOnlySpan<char> rest) && rest is "" or "/";

    /// <summary>Reads an address off the front of a path; <paramref name="remainder"/> begins with the first slash after it.</summary>
    public static bool TryParse(ReadOnlySpan<char> span, [NotNullWhen(true)] out Address? address, out ReadOnlySpan<char> remainder)
    {
        address = null;
        remainder = default;
        int scheme = span.IndexOf("://");
        if (scheme <= 0)
            return false;
        ReadOnlySpan<char> authority = span[(scheme + 3)..];
        int slash = authority.IndexOf('/');
        if (slash >= 0)
        {
            remainder = authority[slash..];
            authority = authority[..slash];
        }
        string protocol = span[..scheme].ToString();
        int at = authority.IndexOf('@');
        if (at < 0)
        {
            if (authority.IsEmpty)
                return false;
            address = new Address(protocol, authority.ToString());
            return true;
        }
        ReadOnlySpan<char> hostPort = authority[(at + 1)..];
        int colon = hostPort.LastIndexOf(':');
        if (at == 0 || colon <= 0
            || !int.TryParse(hostPort[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int port) || port > 65535)
            return false;
        address = new Address(protocol, authority[..at].ToString(), hostPort[..colon].Trim("[]").ToString(), port);
        return true;
    }

    public int CompareTo(Address? other) => other is null ? 1 : string.CompareOrdinal(_text, other._text);

    public int CompareTo(object? obj) => CompareTo(obj as Address);

    public bool Equals(Address? other) =>
        ReferenceEquals(this, other) || (other is not null && _hash == other._hash && _text == other._text);

    public override bool Equals(object? obj) => Equals(obj as Address);

    public override int GetHashCode() => _hash;

    public override string ToString() => _text;

    public static bool operator ==(Address? left, Address? right) => Equals(left, right);

    public static bool operator !=(Address? left, Address? right) => !Equals(left, right);

    /// <summary>The same in every process, so that the order in which a hash table is walked never depends on a per-process seed.</summary>
    internal static int HashOf(ReadOnlySpan<char> text)
    {
        uint hash = 2166136261;
        foreach (char c in text)
            hash = (hash ^ c) * 16777619;
        return (int)hash;
    }

    private static string BracketIfV6(string host) => host.Contains(':') ? $"[{host}]" : host;
}
