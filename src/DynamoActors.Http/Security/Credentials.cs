using System.Buffers;
using System.Buffers.Text;
using System.Text;
using DynamoActors.Core.Security;

namespace DynamoActors.Http.Security;

/// <summary>The token in a connection's <c>Authorization</c> headers. A client sends the same again and again: it is hashed once.</summary>
internal sealed class Credentials
{
    private const string Bearer = "Bearer ";
    private const string Basic = "Basic ";

    private string? _header;
    private TokenHash? _hash;

    /// <summary>So many requests in a row came with a token that is none of this cluster.</summary>
    public int WrongInARow { get; set; }

    /// <summary>Null: there is none, or it is none of ours.</summary>
    public TokenHash? Of(string? header)
    {
        if (header is null) return null;
        if (!string.Equals(header, _header, StringComparison.Ordinal)) (_header, _hash) = (header, HashOf(header));
        return _hash;
    }

    private static TokenHash? HashOf(ReadOnlySpan<char> header)
    {
        if (header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)) return TokenHash.Of(header[Bearer.Length..].Trim(' '));
        return header.StartsWith(Basic, StringComparison.OrdinalIgnoreCase) ? OfBasic(header[Basic.Length..].Trim(' ')) : null;
    }

    /// <summary>The token is the password; the user's name says nothing.</summary>
    private static TokenHash? OfBasic(ReadOnlySpan<char> encoded)
    {
        Span<byte> ascii = stackalloc byte[2 * TokenHash.TokenLengthMax];
        if (Ascii.FromUtf16(encoded, ascii, out var length) != OperationStatus.Done) return null;
        var pair = ascii[..length];
        if (Base64.DecodeFromUtf8InPlace(pair, out length) != OperationStatus.Done) return null;
        var colon = pair[..length].IndexOf((byte)':');
        return colon < 0 ? null : TokenHash.Of(pair[(colon + 1)..length]);
    }
}
