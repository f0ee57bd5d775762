using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Akka.Actor;

/// <summary>
/// The place of an actor in its system's tree: an address, the names from the root down, and the uid that tells one incarnation
/// of a name from the next. Equality leaves the uid out.
/// </summary>
public abstract class ActorPath : IEquatable<ActorPath>, IComparable<ActorPath>
{
    /// <summary>The uid of a path that means any incarnation.</summary>
    internal const long UndefinedUid = 0;

    private const string ValidSymbols = "\"-_.*$+:@&=,!~';()";

    private readonly int _hash;
    private string? _text;

    private protected ActorPath(ActorPath? parent, Address address, string name, long uid)
    {
        Name = name;
        Uid = uid;
        Depth = parent is null ? 0 : parent.Depth + 1;
        _hash = ((parent?._hash ?? address.GetHashCode()) * 31) + Address.HashOf(name);
    }

    public string Name { get; }

    public long Uid { get; }

    public int Depth { get; }

    public abstract Address Address { get; }

    public abstract ActorPath Root { get; }

    public abstract ActorPath Parent { get; }

    /// <summary>The names from below the root to this actor.</summary>
    public IReadOnlyList<string> Elements
    {
        get
        {
            var elements = new string[Depth];
            ActorPath at = this;
            for (int i = Depth - 1; i >= 0; i--, at = at.Parent)
                elements[i] = at.Name;
            return elements;
        }
    }

    public abstract ActorPath WithUid(long uid);

    public static ActorPath operator /(ActorPath path, string name)
    {
        int mark = name.IndexOf('#');
        return mark < 0 ? new ChildActorPath(path, name, UndefinedUid)
            : new ChildActorPath(path, name[..mark], long.Parse(name.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));
    }

    public static ActorPath operator /(ActorPath path, IEnumerable<string> name)
    {
        foreach (string element in name)
            if (element.Length > 0)
                path /= element;
        return path;
    }

    public static ActorPath Parse(string path) =>
        TryParse(path, out ActorPath? parsed) ? parsed
            : throw new UriFormatException($"'{path}' is no actor path: write protocol://system[@host:port]/name/name.");

    public static bool TryParse(string path, [NotNullWhen(true)] out ActorPath? actorPath)
    {
        actorPath = null;
        if (!Address.TryParse(path.AsSpan(), out Address? address, out ReadOnlySpan<char> rest))
            return false;
        ActorPath at = new RootActorPath(address);
        long uid = UndefinedUid;
        int mark = rest.LastIndexOf('#');
        if (mark >= 0)
        {
            if (!long.TryParse(rest[(mark + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out uid))
                return false;
            rest = rest[..mark];
        }
        foreach (Range element in rest.Split('/'))
            if (!rest[element].IsEmpty)
                at = new ChildActorPath(at, rest[element].ToString(), UndefinedUid);
        actorPath = uid == UndefinedUid ? at : at.WithUid(uid);
        return true;
    }

    /// <summary>A name is letters, digits and a few symbols, percent-encoded otherwise, and does not begin with the engine's own $.</summary>
    public static bool IsValidPathElement(string s)
    {
        if (string.IsNullOrEmpty(s) || s[0] == '$')
            return false;
        for (int i = 0; i < s.Length; i++)
        {
            char c = s[i];
            if (char.IsAsciiLetterOrDigit(c) || ValidSymbols.Contains(c))
                continue;
            if (c == '%' && i + 2 < s.Length && char.IsAsciiHexDigit(s[i + 1]) && char.IsAsciiHexDigit(s[i + 2]))
                i += 2;
            else
                return false;
        }
        return true;
    }

    public string ToStringWithoutAddress()
    {
        if (Depth == 0)
            return "/";
        var text = new StringBuilder();
        foreach (string element in Elements)
            text.Append('/').Append(element);
        return text.ToString();
    }

    /// <summary>With <paramref name="address"/> in place of an address that means nothing outside this process.</summary>
    public string ToStringWithAddress(Address address) => (Address.HasGlobalScope ? Address : address) + ToStringWithoutAddress();

    public string ToStringWithUid() => ToString() + UidSuffix;

    public string ToSerializationFormat() => ToStringWithUid();

    public string ToSerializationFormatWithAddress(Address address) => ToStringWithAddress(address) + UidSuffix;

    public override string ToString() => _text ??= Address + ToStringWithoutAddress();

    public bool Equals(ActorPath? other)
    {
        if (other is null || _hash != other._hash || Depth != other.Depth)
            return false;
        ActorPath mine = this, theirs = other;
        while (mine.Depth > 0)
        {
            if (ReferenceEquals(mine, theirs))
                return true;
            if (mine.Name != theirs.Name)
                return false;
            (mine, theirs) = (mine.Parent, theirs.Parent);
        }
        return mine.Address.Equals(theirs.Address);
    }

    public int CompareTo(ActorPath? other) => other is null ? 1 : string.CompareOrdinal(ToString(), other.ToString());

    public override bool Equals(object? obj) => Equals(obj as ActorPath);

    public override int GetHashCode() => _hash;

    public static bool operator ==(ActorPath? left, ActorPath? right) => Equals(left, right);

    public static bool operator !=(ActorPath? left, ActorPath? right) => !Equals(left, right);

    private string UidSuffix => Uid == UndefinedUid ? "" : string.Create(CultureInfo.InvariantCulture, $"#{Uid}");
}

/// <summary>The top of a system's tree.</summary>
public sealed class RootActorPath(Address address, string name = "") : ActorPath(null, address, name, UndefinedUid)
{
    public override Address Address { get; } = address;

    public override ActorPath Root => this;

    public override ActorPath Parent => this;

    public override ActorPath WithUid(long uid) =>
        uid == UndefinedUid ? this : throw new NotSupportedException($"The root path {this} has no incarnations, so it takes no uid.");
}

/// <summary>Any path below the root.</summary>
public sealed class ChildActorPath(ActorPath parentPath, string name, long uid) : ActorPath(parentPath, parentPath.Address, name, uid)
{
    public override Address Address => Root.Address;

    public override ActorPath Root { get; } = parentPath.Root;

    public override ActorPath Parent { get; } = parentPath;

    public override ActorPath WithUid(long uid) => uid == Uid ? this : new ChildActorPath(Parent, Name, uid);
}
