using System.Runtime.Serialization;
using Akka.Serialization;

namespace Akka.Remote.Wire;

internal enum SystemMessageKind : byte
{
    Watch = 1,
    Unwatch = 2,
    DeathWatchNotification = 3,
    Terminate = 4,
}

/// <summary>A system message with its number in the order of its association.</summary>
/// <param name="Sequence">1, 2, 3… since both incarnations met.</param>
/// <param name="Kind">Which message.</param>
/// <param name="Recipient">The path of the actor it is for, on the receiving system, without address.</param>
/// <param name="Other">The full path of the watcher or of the stopped actor; empty where there is none.</param>
/// <param name="ExistenceConfirmed">The stopped actor is known to have lived.</param>
internal sealed record SystemMessageFrame(long Sequence, SystemMessageKind Kind, string Recipient, string Other, bool ExistenceConfirmed)
{
    public void Write(ref WireWriter writer)
    {
        writer.Byte((byte)FrameKind.SystemMessage);
        writer.Varint((ulong)Sequence);
        writer.Byte((byte)Kind);
        writer.Text(Recipient);
        writer.Text(Other);
        writer.Byte(ExistenceConfirmed ? (byte)1 : (byte)0);
    }

    public static SystemMessageFrame Read(ref WireReader reader)
    {
        var frame = new SystemMessageFrame((long)reader.Varint(), (SystemMessageKind)reader.Byte(), reader.Text(), reader.Text(), reader.Byte() != 0);
        reader.ExpectEnd();
        return Enum.IsDefined(frame.Kind) ? frame : throw new SerializationException($"a system message is of the unknown kind {(byte)frame.Kind}");
    }
}
