using DynamoActors.Storage;

namespace DynamoActors.Node.Tests.Coordination;

/// <summary>A scan that finds damage where its engine says.</summary>
internal sealed class FaultyIterator(FaultyEngine engine, IStorageIterator inner) : IStorageIterator
{
    public ReadOnlyMemory<byte> Key => inner.Key;
    public ReadOnlyMemory<byte> Value => engine.ValueFault?.Invoke(inner.Key.Span) is { } fault ? throw fault : inner.Value;
    public ReadOnlyMemory<byte> Head => inner.Head;
    public bool IsApart => inner.IsApart;
    public int ValueLength => inner.ValueLength;

    public bool MoveNext() =>
        inner.MoveNext() && (engine.ScanFault?.Invoke(inner.Key.Span) is { } fault ? throw fault : true);

    public void Dispose() => inner.Dispose();
}
