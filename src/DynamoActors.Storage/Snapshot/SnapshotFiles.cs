using DynamoActors.Storage.Maps;

namespace DynamoActors.Storage.Snapshot;

/// <summary>The snapshots in a store's directory: the newest counts, older ones and unfinished ones are removed.</summary>
internal sealed class SnapshotFiles(IFileSystem files, string directory)
{
    /// <summary>Of the newest snapshot; zero where there is none.</summary>
    public long Sequence { get; private set; }

    /// <summary>The length of the newest snapshot.</summary>
    public long Bytes { get; private set; }

    /// <param name="skipped">Told of damage, behind which nothing of the snapshot is read; null: damage is thrown.</param>
    public void Load(OrderedMap map, Action<string>? skipped)
    {
        foreach (var name in files.List(directory))
        {
            if (name.EndsWith(SnapshotFile.Unfinished, StringComparison.Ordinal))
                files.Delete(Path.Combine(directory, name));
            else if (SnapshotFile.SequenceOf(name) is { } sequence)
                Sequence = Math.Max(Sequence, sequence);
        }
        if (Sequence > 0)
            Bytes = Read(map, skipped);
        DeleteOlder();
    }

    public void Write(long sequence, OrderedMapSnapshot map, Func<bool> abandoned)
    {
        Bytes = SnapshotWriter.Write(files, directory, sequence, map, abandoned);
        Sequence = sequence;
        DeleteOlder();
    }

    private long Read(OrderedMap map, Action<string>? skipped)
    {
        var loaded = 0L;
        try
        {
            return new SnapshotReader(files, Path.Combine(directory, SnapshotFile.NameOf(Sequence)), Sequence).Read((key, value) =>
            {
                map.Load(key, value);
                loaded++;
            });
        }
        catch (StorageCorruptException damage) when (skipped is not null)
        {
            skipped($"The snapshot was read up to its entry {loaded}: {damage.Message}.");
            return 0;
        }
    }

    private void DeleteOlder()
    {
        foreach (var name in files.List(directory))
        {
            if (SnapshotFile.SequenceOf(name) < Sequence)
                files.Delete(Path.Combine(directory, name));
        }
    }
}
