using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;

namespace Akka.Remote.Wire;

internal enum RefusalReason : byte
{
    Version = 1,
    WrongAddress = 2,
    Quarantined = 3,
}

/// <summary>First frame of a connection, from the side that opened it.</summary>
internal sealed record Hello(byte Version, StreamKind Stream, int Uid, Address From, Address To)
{
    public const byte CurrentVersion = 1;

    /// <summary>"DAKR": tells this protocol from whatever else may knock at the port.</summary>
    private const int Magic = 0x524B4144;

    public void Write(ref WireWriter writer)
    {
        writer.Byte((byte)FrameKind.Hello);
        writer.Int32(Magic);
        writer.Byte(Version);
        writer.Byte((byte)Stream);
        writer.Int32(Uid);
        writer.Text(From.ToString());
        writer.Text(To.ToString());
    }

    /// <exception cref="SerializationException">The peer speaks something else.</exception>
    public static Hello Read(ReadOnlySpan<byte> header)
    {
        var reader = new WireReader(header);
        if (reader.Byte() != (byte)FrameKind.Hello || reader.Int32() != Magic)
            throw new SerializationException("the peer does not begin with a hello of this protocol: something else talks to this port");
        var version = reader.Byte();
        // What follows is only known of this version.
        if (version != CurrentVersion) return new Hello(version, StreamKind.Control, 0, Address.AllSystems, Address.AllSystems);
        var stream = reader.Byte();
        if (stream > (byte)StreamKind.Data) throw new SerializationException($"the hello names the unknown stream {stream}");
        return new Hello(version, (StreamKind)stream, reader.Int32(), Address.Parse(reader.Text()), Address.Parse(reader.Text()));
    }
}

/// <summary>Answer to a hello: which incarnation listens here.</summary>
internal readonly record struct Welcome(int Uid)
{
    public void Write(ref WireWriter writer)
    {
        writer.Byte((byte)FrameKind.Welcome);
        writer.Byte(Hello.CurrentVersion);
        writer.Int32(Uid);
    }

    public static Welcome Read(ref WireReader reader)
    {
        reader.Byte();
        return new Welcome(reader.Int32());
    }
}

/// <summary>Answer to a hello that is not accepted; the connection is closed behind it.</summary>
internal sealed record Refusal(RefusalReason Reason, string Text)
{
    public void Write(ref WireWriter writer)
    {
        writer.Byte((byte)FrameKind.Refusal);
        writer.Byte((byte)Reason);
        writer.Text(Text);
    }

    public static Refusal Read(ref WireReader reader) => new((RefusalReason)reader.Byte(), reader.Text());
}
