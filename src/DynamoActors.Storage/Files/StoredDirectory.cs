namespace DynamoActors.Storage.Files;

/// <summary>
/// A directory of the <see cref="MemoryFileSystem"/>: the names programs see, those certainly on the disk, and the changes between.
/// </summary>
internal sealed class StoredDirectory : StoredNode
{
    private readonly List<Change> _unsynced = [];
    private readonly SortedDictionary<string, StoredNode> _durable = new(StringComparer.Ordinal);

    public SortedDictionary<string, StoredNode> Seen { get; } = new(StringComparer.Ordinal);

    public void Add(string name, StoredNode node) => Apply(new Change(name, node, null));

    public void Remove(string name) => Apply(new Change(null, null, name));

    /// <summary>One step for a journalling file system: never both names, never neither.</summary>
    public void Rename(string from, string to) => Apply(new Change(to, Seen[from], from));

    public void Sync()
    {
        foreach (var change in _unsynced)
            change.ApplyTo(_durable);
        _unsynced.Clear();
    }

    /// <summary>The same directory: what the system had not synced it still has in its own memory.</summary>
    public StoredDirectory AfterProcessCrash(Func<StoredNode, StoredNode> copy)
    {
        var same = Holding(_durable, copy);
        foreach (var change in _unsynced)
            same.Apply(change with { Node = change.Node is null ? null : copy(change.Node) });
        return same;
    }

    /// <summary>The synced names, and of the later changes the first ones in order, or any of them.</summary>
    public StoredDirectory AfterPowerLoss(Random random, Func<StoredNode, StoredNode> copy)
    {
        var left = new SortedDictionary<string, StoredNode>(_durable, StringComparer.Ordinal);
        var inOrder = random.Next(2) == 0;
        var kept = random.Next(_unsynced.Count + 1);
        for (var i = 0; i < _unsynced.Count; i++)
        {
            if (inOrder ? i < kept : random.Next(2) == 0)
                _unsynced[i].ApplyTo(left);
        }
        return Holding(left, copy);
    }

    private static StoredDirectory Holding(SortedDictionary<string, StoredNode> names, Func<StoredNode, StoredNode> copy)
    {
        var directory = new StoredDirectory();
        foreach (var (name, node) in names)
            directory.Add(name, copy(node));
        directory.Sync();
        return directory;
    }

    private void Apply(Change change)
    {
        change.ApplyTo(Seen);
        _unsynced.Add(change);
    }

    private readonly record struct Change(string? Added, StoredNode? Node, string? Removed)
    {
        public void ApplyTo(SortedDictionary<string, StoredNode> names)
        {
            if (Removed is not null)
                names.Remove(Removed);
            if (Added is not null)
                names[Added] = Node!;
        }
    }
}
