using System.Buffers.Binary;
using System.Text;

namespace DynamoActors.Links;

/// <summary>The first frames of a connection: who dials says hello, the other side welcomes or refuses.</summary>
internal static class Introduction
{
    /// <summary>The protocol that this version speaks; a higher one is chosen only where both sides know it.</summary>
    public const ushort ProtocolMin = 2, ProtocolMax = 2;

    public const int BytesMax = 64 * 1024;

    private const uint Magic = 0x4B4C_4144; // "DALK"
    private const int HelloLength = 10;
    private const int WelcomeLength = 2;

    /// <summary>Part of the sentence by which two refuse each other that have no protocol in common.</summary>
    public const string NoneInCommon = " of the protocol between nodes, ";

    public static void WriteHello(FrameWriter to, Lane lane, (ushort Min, ushort Max) protocols, ReadOnlyMemory<byte> greeting)
    {
        var head = to.GetSpan(HelloLength);
        BinaryPrimitives.WriteUInt32LittleEndian(head, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(head[4..], protocols.Min);
        BinaryPrimitives.WriteUInt16LittleEndian(head[6..], protocols.Max);
        head[8] = (byte)lane;
        head[9] = 0;
        to.Advance(HelloLength);
        to.Attach(greeting);
    }

    /// <exception cref="FrameRefusedException">Something else than a node speaks.</exception>
    /// <param name="refusal">Null, or why the two cannot talk.</param>
    public static (Lane Lane, ushort Protocol, ReadOnlyMemory<byte> Greeting) ReadHello(
        ReadOnlyMemory<byte> body, (ushort Min, ushort Max) protocols, out string? refusal)
    {
        var head = body.Span;
        if (head.Length < HelloLength || BinaryPrimitives.ReadUInt32LittleEndian(head) != Magic)
            throw new FrameRefusedException("it does not say hello as a node does");
        ushort min = BinaryPrimitives.ReadUInt16LittleEndian(head[4..]), max = BinaryPrimitives.ReadUInt16LittleEndian(head[6..]);
        ushort chosen = Math.Min(max, protocols.Max);
        refusal = chosen >= Math.Max(min, protocols.Min) ? null
            : $"Who dialled speaks versions {min} to {max}{NoneInCommon}who was dialled {protocols.Min} to {protocols.Max}: run releases "
                + "on both that have one in common";
        return (head[8] == (byte)Lane.Bulk ? Lane.Bulk : Lane.Requests, chosen, body[HelloLength..]);
    }

    public static void WriteWelcome(FrameWriter to, ushort protocol, ReadOnlyMemory<byte> greeting)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(to.GetSpan(WelcomeLength), protocol);
        to.Advance(WelcomeLength);
        to.Attach(greeting);
    }

    public static ReadOnlyMemory<byte> ReadWelcome(ReadOnlyMemory<byte> body) =>
        body.Length >= WelcomeLength ? body[WelcomeLength..] : throw new FrameRefusedException("its welcome is cut short");

    public static void WriteRefusal(FrameWriter to, string reason) => to.Attach(Encoding.UTF8.GetBytes(reason));

    public static string ReadRefusal(ReadOnlyMemory<byte> body) => Encoding.UTF8.GetString(body.Span);
}

internal enum Lane : byte { Requests, Bulk }
