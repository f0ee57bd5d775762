using System.Text;

namespace DynamoActors.Resp.Protocol;

/// <summary>One argument of a command, in memory of its own.</summary>
/// <param name="Headroom">Bytes in front of it, in the same array, that nobody uses.</param>
internal readonly record struct Argument(ReadOnlyMemory<byte> Bytes, int Headroom = 0)
{
    public int Length => Bytes.Length;

    public ReadOnlySpan<byte> Span => Bytes.Span;

    /// <summary>A character for each byte, whatever it is.</summary>
    public string Text => Encoding.Latin1.GetString(Bytes.Span);

    /// <summary>Whether it is that word, in small letters, without regard to case.</summary>
    public bool Is(ReadOnlySpan<byte> word) => Ascii.EqualsIgnoreCase(Span, word);
}
