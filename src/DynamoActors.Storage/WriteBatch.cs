namespace DynamoActors.Storage;

/// <summary>Puts and deletes that are applied together, in order, or not at all. Not thread-safe; may be cleared and reused.</summary>
public sealed class WriteBatch
{
    private readonly List<Operation> _operations = [];

    /// <summary>The sum of the lengths of all keys and values.</summary>
    public long Bytes { get; private set; }

    public int Count => _operations.Count;

    public Operation this[int index] => _operations[index];

    public WriteBatch Put(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value) => Add(new Operation(key, value, IsDelete: false));

    public WriteBatch Delete(ReadOnlyMemory<byte> key) => Add(new Operation(key, default, IsDelete: true));

    public void Clear()
    {
        _operations.Clear();
        Bytes = 0;
    }

    private WriteBatch Add(Operation operation)
    {
        if (operation.Key.Length is 0 or > ushort.MaxValue)
            throw new ArgumentException($"A key has 1 to {ushort.MaxValue} bytes, not {operation.Key.Length}.", nameof(operation));
        _operations.Add(operation);
        Bytes += operation.Key.Length + operation.Value.Length;
        return this;
    }

    public readonly record struct Operation(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value, bool IsDelete);
}
