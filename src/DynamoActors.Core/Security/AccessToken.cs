using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace DynamoActors.Core.Security;

/// <summary>
/// What is known of a token: everything but the token. All of it but <see cref="IsRevoked"/> stays as it was made, and what is revoked
/// stays so: nodes agree in whichever order they hear of it.
/// </summary>
/// <param name="Id">Drawn at random; says nothing of the token.</param>
/// <param name="Name">For people.</param>
/// <param name="Ends">In milliseconds since 1970; null: never.</param>
/// <param name="Limits">What may be asked with it in a second.</param>
public sealed record AccessToken(
    string Id, string Name, TokenHash Hash, ImmutableArray<Grant> Grants, long Made, long? Ends, RateLimits Limits, bool IsRevoked)
{
    /// <summary>The name in a client's certificate that stands in the place of a secret; null: it is a token with a secret.</summary>
    public string? Certificate { get; init; }

    /// <summary>Of both; this very instance where the other tells nothing new.</summary>
    public AccessToken Merge(AccessToken other) => other.IsRevoked && !IsRevoked ? this with { IsRevoked = true } : this;
}

/// <param name="RequestsPerSecond">0: any number.</param>
/// <param name="BytesPerSecond">Of values sent and received; 0: any number.</param>
public readonly record struct RateLimits(int RequestsPerSecond, long BytesPerSecond);

/// <summary>SHA-256 of a token. Tokens are 256 bits drawn at random: nothing slower is needed so that it cannot be turned back.</summary>
public readonly record struct TokenHash(ulong First, ulong Second, ulong Third, ulong Fourth)
{
    public const int Length = SHA256.HashSizeInBytes;

    public const int TokenLengthMax = 512;

    /// <summary>Null: too long for a token, or not of ASCII.</summary>
    public static TokenHash? Of(ReadOnlySpan<char> token)
    {
        Span<byte> bytes = stackalloc byte[TokenLengthMax];
        return token.Length <= TokenLengthMax && Ascii.FromUtf16(token, bytes, out var length) == OperationStatus.Done
            ? Of(bytes[..length]) : null;
    }

    /// <summary>Null: too long for a token, or nothing.</summary>
    public static TokenHash? Of(ReadOnlySpan<byte> token)
    {
        if (token.Length is 0 or > TokenLengthMax) return null;
        Span<byte> hash = stackalloc byte[Length];
        SHA256.HashData(token, hash);
        return From(hash);
    }

    /// <summary>Of a name in a certificate: no token has such a hash, whatever it says.</summary>
    public static TokenHash OfCertificate(string name) =>
        From(HMACSHA256.HashData("name in a certificate"u8, Encoding.UTF8.GetBytes(name)));

    public static TokenHash From(ReadOnlySpan<byte> hash) => MemoryMarshal.Read<TokenHash>(hash);

    public byte[] ToBytes()
    {
        var bytes = new byte[Length];
        MemoryMarshal.Write(bytes, this);
        return bytes;
    }
}

/// <summary>Who asks, and what he may.</summary>
public sealed class Caller(string name, ImmutableArray<Grant> grants, long? ends = null, RateLimits limits = default)
{
    /// <summary>Where access is not controlled.</summary>
    public static readonly Caller Anyone = new("anyone", [new Grant(Role.Admin, null, default)]);

    /// <summary>For the audit and for people: a token's name and id, never the token.</summary>
    public string Name => name;

    /// <summary>In milliseconds since 1970; null: never.</summary>
    public long? Ends => ends;

    public RateLimits Limits => limits;

    /// <param name="bucket">Null: all of them, and the cluster.</param>
    /// <param name="key">Or what all keys that are meant begin with.</param>
    public bool May(Role role, string? bucket, ReadOnlySpan<byte> key)
    {
        foreach (var grant in grants)
            if (grant.Covers(role, bucket, key)) return true;
        return false;
    }
}

/// <summary>All tokens, as a request looks them up. Never changes.</summary>
public sealed class TokenTable
{
    public static readonly TokenTable Empty = new([]);

    private readonly FrozenDictionary<TokenHash, Caller> _callers;

    public TokenTable(IEnumerable<AccessToken> tokens)
    {
        All = [.. tokens];
        _callers = All.Where(token => !token.IsRevoked).DistinctBy(token => token.Hash).ToFrozenDictionary(
            token => token.Hash, token => new Caller($"{token.Name} ({token.Id})", token.Grants, token.Ends, token.Limits));
    }

    /// <summary>The revoked ones among them.</summary>
    public ImmutableArray<AccessToken> All { get; }

    /// <summary>Null: there is none such, or it was revoked. Whether it has ended is for whoever knows the time.</summary>
    public Caller? Find(in TokenHash hash) => _callers.GetValueOrDefault(hash);
}
