using DynamoActors.Node.Local;
using DynamoActors.Storage;

namespace DynamoActors.Node.Tests.Coordination;

/// <summary>An engine that can be told to refuse, and to wait.</summary>
internal sealed class FaultyEngine(IStorageEngine inner) : IStorageEngine
{
    public volatile StorageException? AppendFault;
    public volatile StorageException? FlushFault;
    public volatile Exception? ReadFault;

    /// <summary>The same, of hints alone.</summary>
    public volatile Exception? HintFault;

    /// <summary>As a real one does: from the first flush that finds no space on nothing is taken, until a flush has succeeded.</summary>
    public volatile bool DiskFull;

    private volatile bool _refusesAppends;
    private int _appends;
    private int _timesKept;
    private int _reads;

    public int Appends => Volatile.Read(ref _appends);

    /// <summary>Without those that keep how far the node's clock is, which come as time passes.</summary>
    public int ObjectAppends => Volatile.Read(ref _appends) - Volatile.Read(ref _timesKept);

    /// <summary>Of single keys.</summary>
    public int Reads => Volatile.Read(ref _reads);

    public StorageCapabilities Capabilities => inner.Capabilities;
    public IReadOnlyList<string> RecoveryReport => inner.RecoveryReport;
    public StorageStatistics Statistics => inner.Statistics;
    public bool TryGet(ReadOnlySpan<byte> key, out ReadOnlyMemory<byte> value)
    {
        Interlocked.Increment(ref _reads);
        if (StoreKey.IsHint(key) && HintFault is { } damage) throw damage;
        return ReadFault is { } fault ? throw fault : inner.TryGet(key, out value);
    }

    /// <summary>Done before every scan, on its thread; null: nothing.</summary>
    public volatile Action? BeforeScan;

    public IStorageIterator Scan(ReadOnlyMemory<byte> from, ReadOnlyMemory<byte>? to)
    {
        BeforeScan?.Invoke();
        return new FaultyIterator(this, inner.Scan(from, to));
    }

    /// <summary>What a scan finds instead of that key; null: it is sound.</summary>
    public volatile Func<ReadOnlySpan<byte>, Exception?>? ScanFault;

    /// <summary>The same, but of the key's value alone.</summary>
    public volatile Func<ReadOnlySpan<byte>, Exception?>? ValueFault;

    public void DropRange(ReadOnlyMemory<byte> from, ReadOnlyMemory<byte> to) => inner.DropRange(from, to);
    public void Checkpoint(string directory) => inner.Checkpoint(directory);
    public void Dispose() => inner.Dispose();

    public long Append(WriteBatch batch)
    {
        if (_refusesAppends) throw new StorageFullException("Appends are refused until a flush has succeeded.");
        if (AppendFault is { } fault) throw fault;
        Interlocked.Increment(ref _appends);
        if (batch is { Count: 1 } && batch[0].Key.Span.SequenceEqual(StoreKey.UsedTime.Span)) Interlocked.Increment(ref _timesKept);
        return inner.Append(batch);
    }

    /// <summary>Waited for before large values are written; null: nobody waits.</summary>
    public volatile ManualResetEventSlim? LargeGate;

    public volatile StorageException? LargeFault;

    public long AppendLarge(WriteBatch batch)
    {
        if (_refusesAppends) throw new StorageFullException("Appends are refused until a flush has succeeded.");
        if (AppendFault is { } fault) throw fault;
        Interlocked.Increment(ref _appends);
        return inner.AppendLarge(batch);
    }

    public long WriteLarge(long bytesMax)
    {
        LargeGate?.Wait();
        if (LargeFault is { } fault) throw fault;
        return inner.WriteLarge(bytesMax);
    }

    /// <summary>Waited for by every flush; null: none waits.</summary>
    public volatile ManualResetEventSlim? FlushGate;

    public long Flush()
    {
        FlushGate?.Wait();
        if (FlushFault is { } fault) throw fault;
        _refusesAppends = DiskFull;
        return DiskFull ? throw new StorageFullException("No space on the disk.") : inner.Flush();
    }
}
