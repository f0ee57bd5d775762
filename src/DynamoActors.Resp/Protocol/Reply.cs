using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace DynamoActors.Resp.Protocol;

/// <summary>An answer, the same for both versions of the protocol until it is written.</summary>
internal abstract record Reply
{
    public static readonly Reply Ok = new SimpleReply("OK");
    public static readonly Reply Null = new NullReply();
    public static readonly Reply Zero = new IntegerReply(0);
    public static readonly Reply One = new IntegerReply(1);

    public static Reply Of(bool isSo) => isSo ? One : Zero;

    public static Reply Of(string text) => new BulkReply(Encoding.UTF8.GetBytes(text));

    public static Reply Array(IEnumerable<Reply> items) => new ArrayReply([.. items]);

    /// <summary>Of values only; what else there is comes to a few bytes each.</summary>
    public virtual long Bytes => 0;

    /// <param name="version">2 or 3.</param>
    public abstract void Write(IBufferWriter<byte> output, int version);

    protected static void WriteLine(IBufferWriter<byte> output, char sort, ReadOnlySpan<byte> text)
    {
        var span = output.GetSpan(text.Length + 3);
        span[0] = (byte)sort;
        text.CopyTo(span[1..]);
        "\r\n"u8.CopyTo(span[(text.Length + 1)..]);
        output.Advance(text.Length + 3);
    }

    protected static void WriteNumber(IBufferWriter<byte> output, char sort, long number)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(number, digits, out var length);
        WriteLine(output, sort, digits[..length]);
    }
}

internal sealed record SimpleReply(string Text) : Reply
{
    public override void Write(IBufferWriter<byte> output, int version) => WriteLine(output, '+', Encoding.ASCII.GetBytes(Text));
}

/// <param name="Text">Begins with the word by which clients know the sort of error.</param>
internal sealed record ErrorReply(string Text) : Reply
{
    /// <summary>What a client sent may be in it: it must not end the line.</summary>
    public override void Write(IBufferWriter<byte> output, int version) =>
        WriteLine(output, '-', Encoding.Latin1.GetBytes(Text.Replace('\r', ' ').Replace('\n', ' ')));
}

internal sealed record IntegerReply(long Value) : Reply
{
    public override void Write(IBufferWriter<byte> output, int version) => WriteNumber(output, ':', Value);
}

internal sealed record NullReply : Reply
{
    public override void Write(IBufferWriter<byte> output, int version) =>
        output.Write(version == 3 ? "_\r\n"u8 : "$-1\r\n"u8);
}

internal sealed record BulkReply(ReadOnlyMemory<byte> Value) : Reply
{
    public override long Bytes => Value.Length;

    public override void Write(IBufferWriter<byte> output, int version)
    {
        WriteHead(output);
        output.Write(Value.Span);
        output.Write("\r\n"u8);
    }

    public void WriteHead(IBufferWriter<byte> output) => WriteNumber(output, '$', Value.Length);
}

internal sealed record ArrayReply(Reply[] Items) : Reply
{
    public override long Bytes { get; } = Items.Sum(item => item.Bytes);

    public override void Write(IBufferWriter<byte> output, int version)
    {
        WriteHead(output);
        foreach (var item in Items) item.Write(output, version);
    }

    public void WriteHead(IBufferWriter<byte> output) => WriteNumber(output, '*', Items.Length);
}

internal sealed record MapReply((string Key, Reply Value)[] Entries) : Reply
{
    public override void Write(IBufferWriter<byte> output, int version)
    {
        WriteNumber(output, version == 3 ? '%' : '*', version == 3 ? Entries.Length : Entries.Length * 2);
        foreach (var (key, value) in Entries)
        {
            Of(key).Write(output, version);
            value.Write(output, version);
        }
    }
}
