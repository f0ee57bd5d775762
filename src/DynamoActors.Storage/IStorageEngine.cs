namespace DynamoActors.Storage;

/// <summary>
/// An ordered map from byte keys to byte values on one directory, with atomic batches and durability in groups.
/// Keys compare as unsigned bytes; 1 to 65,535 of them. A value may be empty and is at most 1 GiB.
/// </summary>
/// <remarks>
/// <para><b>Who may call what.</b> <see cref="TryGet"/>, <see cref="Scan"/>, <see cref="Append"/>, <see cref="Statistics"/>: any thread,
/// at the same time. <see cref="Flush"/>, <see cref="DropRange"/>: one thread at a time (the store's writer); they may block on the disk.
/// <see cref="Checkpoint"/>: one thread at a time, beside all others. <see cref="Append"/> never waits for the disk.</para>
/// <para><b>Visible, then durable.</b> A batch is visible to every read that starts after <see cref="Append"/> returned, whole or not
/// at all. It survives power loss once a <see cref="Flush"/> returned a number at or above the batch's own.</para>
/// <para><b>Failures.</b> A full disk is <see cref="StorageFullException"/>: nothing of the refused batch is kept, reads go on, and
/// a later call may succeed. Damage is <see cref="StorageCorruptException"/> with file and offset; damaged bytes are never served.</para>
/// </remarks>
public interface IStorageEngine : IDisposable
{
    StorageCapabilities Capabilities { get; }

    /// <summary>What opening the directory found and did, in sentences for the log; empty for a clean start.</summary>
    IReadOnlyList<string> RecoveryReport { get; }

    /// <summary>False where the key is absent. The value stays valid, and unchanged, for as long as the caller holds it.</summary>
    bool TryGet(ReadOnlySpan<byte> key, out ReadOnlyMemory<byte> value);

    /// <summary>
    /// The same, but a value of more than <paramref name="bytesMax"/> bytes that would have to be read from a place of its own is not:
    /// <paramref name="unread"/> tells how many it has, and is zero otherwise.
    /// </summary>
    bool TryGet(ReadOnlySpan<byte> key, int bytesMax, out ReadOnlyMemory<byte> value, out int unread)
    {
        unread = 0;
        return TryGet(key, out value);
    }

    /// <summary>
    /// Applies the batch atomically and returns its sequence number (they rise by one a batch). The engine may keep the batch's keys and
    /// values without copying: the caller does not change them afterwards, but may clear and reuse the batch itself.
    /// </summary>
    /// <exception cref="StorageOverloadedException">The engine is behind with its background work; try again later.</exception>
    /// <exception cref="StorageFullException">No space: the batch was not applied.</exception>
    long Append(WriteBatch batch);

    /// <summary>
    /// Like <see cref="Append"/>, for a batch with large values: no <see cref="Flush"/> of others' waits for their bytes, nor makes the
    /// batch durable, before <see cref="WriteLarge"/> has written them. Whatever is appended later may become durable earlier.
    /// </summary>
    long AppendLarge(WriteBatch batch) => Append(batch);

    /// <summary>
    /// Puts on the disk what <see cref="AppendLarge"/> was given before the call, in that order, but not much more than
    /// <paramref name="bytesMax"/> bytes of it. A <see cref="Flush"/> begun afterwards makes the batches up to the number returned
    /// durable. May run beside all other calls, on one thread at a time. Throws as <see cref="Flush"/> does.
    /// </summary>
    long WriteLarge(long bytesMax = long.MaxValue) => long.MaxValue;

    /// <summary>
    /// Makes durable every batch appended before the call, with one sync, and returns the highest durable sequence number.
    /// Throws <see cref="StorageFullException"/> where there is no space: what was appended stays visible and is kept for the next attempt,
    /// and further appends are refused until one succeeds.
    /// </summary>
    long Flush();

    /// <summary>
    /// Keys in [<paramref name="from"/>, <paramref name="to"/>) in ascending order, as of the moment of the call; null: to the end.
    /// </summary>
    IStorageIterator Scan(ReadOnlyMemory<byte> from, ReadOnlyMemory<byte>? to);

    /// <summary>
    /// Deletes every key in [<paramref name="from"/>, <paramref name="to"/>), durably, in time that does not grow with their number where
    /// the engine can.
    /// </summary>
    void DropRange(ReadOnlyMemory<byte> from, ReadOnlyMemory<byte> to);

    /// <summary>
    /// Writes a consistent copy of everything appended so far into a new directory, which can be opened as a store of its own.
    /// </summary>
    void Checkpoint(string directory);

    StorageStatistics Statistics { get; }
}

/// <summary>
/// A scan's position; used by one thread at a time. Key and value are valid until the next move, the value's memory for longer.
/// </summary>
public interface IStorageIterator : IDisposable
{
    bool MoveNext();
    ReadOnlyMemory<byte> Key { get; }
    ReadOnlyMemory<byte> Value { get; }

    /// <summary>
    /// The whole value, or where the engine keeps that apart what <see cref="LsmOptions.HeadOf"/> made of it. Costs no read beyond that of
    /// the key.
    /// </summary>
    ReadOnlyMemory<byte> Head => Value;

    /// <summary><see cref="Head"/> is not the value itself.</summary>
    bool IsApart => false;

    /// <summary>Of the whole value; costs no read either.</summary>
    int ValueLength => Value.Length;
}

/// <param name="Durable">Acknowledged batches survive power loss (false: the memory engine).</param>
/// <param name="LargerThanMemory">The data may exceed main memory.</param>
/// <param name="CheapCheckpoint">A checkpoint costs the same whatever the size.</param>
/// <param name="CheapDropRange">Dropping a range costs the same whatever its size.</param>
public sealed record StorageCapabilities(string Engine, bool Durable, bool LargerThanMemory, bool CheapCheckpoint, bool CheapDropRange);
