namespace DynamoActors.Storage.Files;

/// <summary>What a name in a <see cref="MemoryFileSystem"/> stands for.</summary>
internal abstract class StoredNode;

/// <summary>
/// A file of the <see cref="MemoryFileSystem"/>: what programs see, what is certainly on the disk, and the writes between the two.
/// </summary>
internal sealed class StoredFile : StoredNode
{
    private const int SectorBytes = 512;

    private readonly List<Change> _unsynced = [];
    private SparseBytes _durable = new();

    public SparseBytes Seen { get; private set; } = new();

    /// <summary>How many names it has; without any its space is free.</summary>
    public int Names { get; set; }

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        Seen.Write(offset, bytes);
        _unsynced.Add(new Change(offset, bytes.ToArray()));
    }

    public void SetLength(long length)
    {
        Seen.SetLength(length);
        _unsynced.Add(new Change(length, null));
    }

    public void Sync()
    {
        foreach (var change in _unsynced)
            change.ApplyTo(_durable);
        _unsynced.Clear();
    }

    /// <summary>What programs see is no longer what the disk holds, nor will it be.</summary>
    public void LoseUnsynced() => _unsynced.Clear();

    /// <summary>Changes bytes on the disk itself, as decay would.</summary>
    public void Damage(long offset, ReadOnlySpan<byte> bytes)
    {
        Seen.Write(offset, bytes);
        _durable.Write(offset, bytes);
    }

    /// <summary>The same file: what the system had not synced it still has in its own memory.</summary>
    public StoredFile AfterProcessCrash()
    {
        var copy = new StoredFile { Seen = Seen.Copy(), _durable = _durable.Copy() };
        copy._unsynced.AddRange(_unsynced);
        return copy;
    }

    /// <summary>
    /// The synced bytes, and of the unsynced writes none, all, the first ones with the last torn, or any sectors in any order.
    /// </summary>
    public StoredFile AfterPowerLoss(Random random)
    {
        var left = _durable.Copy();
        switch (random.Next(4))
        {
            case 0:
                break;
            case 1:
                foreach (var change in _unsynced)
                    change.ApplyTo(left);
                break;
            case 2:
                ApplyFirst(left, random.Next(_unsynced.Count + 1), random);
                break;
            default:
                foreach (var change in _unsynced)
                    change.ApplySectors(left, _ => random.Next(2) == 0);
                break;
        }
        return Holding(left);
    }

    private void ApplyFirst(SparseBytes left, int whole, Random random)
    {
        foreach (var change in _unsynced.Take(whole))
            change.ApplyTo(left);
        if (whole == _unsynced.Count)
            return;
        var sectors = random.Next(_unsynced[whole].Sectors + 1);
        _unsynced[whole].ApplySectors(left, sector => sector < sectors);
    }

    private static StoredFile Holding(SparseBytes bytes) => new() { Seen = bytes, _durable = bytes.Copy() };

    /// <param name="Offset">Where the bytes go, or the new length.</param>
    private readonly record struct Change(long Offset, byte[]? Bytes)
    {
        public int Sectors => Bytes is null ? 1 : (Bytes.Length + SectorBytes - 1) / SectorBytes;

        public void ApplyTo(SparseBytes target)
        {
            if (Bytes is null)
                target.SetLength(Offset);
            else
                target.Write(Offset, Bytes);
        }

        public void ApplySectors(SparseBytes target, Func<int, bool> chosen)
        {
            for (var sector = 0; sector < Sectors; sector++)
            {
                if (!chosen(sector))
                    continue;
                if (Bytes is null)
                    target.SetLength(Offset);
                else
                    target.Write(Offset + (sector * SectorBytes), Part(sector));
            }
        }

        private ReadOnlySpan<byte> Part(int sector)
        {
            var start = sector * SectorBytes;
            return Bytes.AsSpan(start, Math.Min(SectorBytes, Bytes!.Length - start));
        }
    }
}
