using System.Buffers.Binary;
using DynamoActors.Node.Messages;
using DynamoActors.Storage;

namespace DynamoActors.Node.Local;

/// <summary>
/// How far the node's own clock had come when it last made writes durable, within a second: after a restart the clock does not begin before
/// that (<see cref="NodeClock"/>), even if the machine's was put back meanwhile.
/// </summary>
/// <remarks>Written by the <see cref="GroupCommitActor"/> alone.</remarks>
internal sealed class UsedTime
{
    private const long EveryMilliseconds = 1000;

    private readonly IStorageEngine _engine;
    private long _appendedAt = -EveryMilliseconds;

    public UsedTime(IStorageEngine engine)
    {
        _engine = engine;
        if (engine.TryGet(StoreKey.UsedTime.Span, out var record)) Latest = BinaryPrimitives.ReadInt64LittleEndian(record.Span);
    }

    /// <summary>What earlier lives came to, in milliseconds since 1970; 0: nothing was ever written.</summary>
    public long Latest { get; }

    /// <summary>To be called before a flush.</summary>
    public void Append(NodeClock clock)
    {
        long now = clock.Elapsed;
        if (now - _appendedAt < EveryMilliseconds) return;
        var record = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(record, clock.UnixMilliseconds);
        try
        {
            _engine.Append(new WriteBatch().Put(StoreKey.UsedTime, record));
            _appendedAt = now;
        }
        catch (Exception refused) when (refused is StorageOverloadedException or StorageFullException)
        {
            // With a later flush. This one has to be tried all the same: on a full disk nothing else finds out that there is space again.
        }
    }
}
