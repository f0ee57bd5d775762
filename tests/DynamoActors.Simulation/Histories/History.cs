using DynamoActors.Core.Versioning;

namespace DynamoActors.Simulation.Histories;

/// <summary>All that clients did in one run, in the order in which they asked.</summary>
internal sealed class History
{
    private readonly List<Operation> _operations = [];
    private readonly Dictionary<ObjectKey, List<VersionedObject>> _dropped = [];
    private readonly SortedDictionary<string, List<Operation>> _byKey = new(StringComparer.Ordinal);

    public IReadOnlyList<Operation> Operations => _operations;

    public int NextId => _operations.Count;

    public IEnumerable<ObjectKey> Keys => _byKey.Values.Select(operations => operations[0].Key);

    public IReadOnlyList<Operation> Of(ObjectKey key) => _byKey.TryGetValue(key.ToString(), out var found) ? found : [];

    public IEnumerable<Operation> Writes(ObjectKey key) => Of(key).Where(operation => operation.IsWrite);

    public IEnumerable<Operation> Acknowledged(ObjectKey key) => Writes(key).Where(write => write.State == OperationState.Done);

    /// <summary>Null: nobody ever asked for such an operation.</summary>
    public Operation? Find(int id) => id >= 0 && id < _operations.Count ? _operations[id] : null;

    /// <summary>What nodes have removed of the key: deletions that every owner was proven to have.</summary>
    public IReadOnlyList<VersionedObject> DropsOf(ObjectKey key) => _dropped.TryGetValue(key, out var dropped) ? dropped : [];

    /// <summary>Whether it is one of the versions of the key that were removed, or was superseded by one.</summary>
    public bool WasDropped(ObjectKey key, Dot dot) => DropsOf(key).Any(dropped => dropped.Context.Covers(dot));

    public void Drop(ObjectKey key, VersionedObject held)
    {
        if (!_dropped.TryGetValue(key, out var dropped)) _dropped.Add(key, dropped = []);
        if (!dropped.Contains(held)) dropped.Add(held);
    }

    public void Add(Operation operation)
    {
        _operations.Add(operation);
        if (!_byKey.TryGetValue(operation.Key.ToString(), out var ofKey)) _byKey.Add(operation.Key.ToString(), ofKey = []);
        ofKey.Add(operation);
    }
}
