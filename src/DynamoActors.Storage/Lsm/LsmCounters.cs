namespace DynamoActors.Storage.Lsm;

/// <summary>What is counted while the engine runs; any thread counts.</summary>
internal sealed class LsmCounters
{
    private long _bloomNegatives, _stalledAppends, _userBytes, _diskBytes, _syncs, _failedDeletes;

    public long BloomNegatives => Volatile.Read(ref _bloomNegatives);
    public long StalledAppends => Volatile.Read(ref _stalledAppends);
    public long UserBytes => Volatile.Read(ref _userBytes);
    public long DiskBytes => Volatile.Read(ref _diskBytes);
    public long Syncs => Volatile.Read(ref _syncs);
    public long FailedDeletes => Volatile.Read(ref _failedDeletes);

    public void CountBloomNegative() => Interlocked.Increment(ref _bloomNegatives);
    public void CountStalledAppend() => Interlocked.Increment(ref _stalledAppends);
    public void CountUserBytes(long bytes) => Interlocked.Add(ref _userBytes, bytes);
    public void CountDiskBytes(long bytes) => Interlocked.Add(ref _diskBytes, bytes);
    public void CountSync() => Interlocked.Increment(ref _syncs);
    public void CountFailedDelete() => Interlocked.Increment(ref _failedDeletes);
}
