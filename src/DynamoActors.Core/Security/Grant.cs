using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Unicode;
using DynamoActors.Core.Buckets;

namespace DynamoActors.Core.Security;

/// <summary>What may be done; each includes those before it.</summary>
public enum Role : byte
{
    None,
    Read,
    Write,
    Admin,
}

/// <summary>A role over keys.</summary>
/// <param name="Bucket">Null: every bucket, and the cluster itself.</param>
/// <param name="Prefix">What the keys begin with; empty: all of them, and the bucket's settings.</param>
public sealed record Grant(Role Role, string? Bucket, ReadOnlyMemory<byte> Prefix)
{
    public const string Expected = "read:, write: or admin: with * behind it for everything, or a bucket, or bucket/prefix of keys; "
        + "bucket and prefix percent-encoded";

    private const string Everything = "*";
    private const int PrefixBytesMax = 1024;

    /// <param name="bucket">Null: all of them.</param>
    /// <param name="key">Or what all keys that are meant begin with.</param>
    public bool Covers(Role role, string? bucket, ReadOnlySpan<byte> key) =>
        Role >= role && (Bucket is null || Bucket == bucket) && key.StartsWith(Prefix.Span);

    /// <summary>As <see cref="TryParse"/> reads it.</summary>
    public override string ToString()
    {
        var scope = Bucket is null ? Everything : Uri.EscapeDataString(Bucket);
        var prefix = Prefix.IsEmpty ? "" : $"/{Escaped(Prefix.Span)}";
        return $"{Role.ToString().ToLowerInvariant()}:{scope}{prefix}";
    }

    public static bool TryParse(string text, [NotNullWhen(true)] out Grant? grant)
    {
        grant = null;
        var colon = text.IndexOf(':');
        if (colon < 0) return false;
        var role = text[..colon] switch { "read" => Role.Read, "write" => Role.Write, "admin" => Role.Admin, _ => Role.None };
        var slash = text.IndexOf('/', colon);
        var scope = slash < 0 ? text[(colon + 1)..] : text[(colon + 1)..slash];
        if (role == Role.None || !TryUnescape(slash < 0 ? "" : text[(slash + 1)..], out var prefix)) return false;
        if (scope == Everything)
        {
            // A prefix in every bucket would be a right on none of them.
            if (slash >= 0) return false;
            grant = new Grant(role, null, default);
            return true;
        }

        if (!TryUnescape(scope, out var name) || !Utf8.IsValid(name)) return false;
        var bucket = Encoding.UTF8.GetString(name);
        if (!BucketName.TryValidate(bucket, out _)) return false;
        if (slash >= 0 && prefix.Length is 0 or > PrefixBytesMax) return false;
        grant = new Grant(role, bucket, prefix);
        return true;
    }

    private static string Escaped(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        foreach (var one in bytes)
        {
            if (char.IsAsciiLetterOrDigit((char)one) || one is (byte)'-' or (byte)'_' or (byte)'.' or (byte)'/') text.Append((char)one);
            else text.Append($"%{one:X2}");
        }

        return text.ToString();
    }

    private static bool TryUnescape(string text, out byte[] bytes)
    {
        var found = new List<byte>(text.Length);
        bytes = [];
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] is < '!' or > '~') return false;
            if (text[at] != '%') found.Add((byte)text[at]);
            else if (at + 2 < text.Length
                && byte.TryParse(text.AsSpan(at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var one))
            {
                found.Add(one);
                at += 2;
            }
            else return false;
        }

        bytes = [.. found];
        return true;
    }
}
