using DynamoActors.Node.Local;
using DynamoActors.Simulation.World;
using DynamoActors.Storage;

namespace DynamoActors.Simulation.Sabotages;

internal sealed class HastyHints : Sabotage
{
    public override string Name => "hasty-hints";

    public override string Description => "a hint is thrown away when it is read for delivery, before its owner has acknowledged it";

    public override IStorageEngine Engine(SimulatedNode node, IStorageEngine engine) => new Forgetful(engine);

    // Until it is removed in due course, a hint that is gone can still be looked up: only what is lost on the way shall be missed.
    private sealed class Forgetful(IStorageEngine engine) : EngineDecorator(engine)
    {
        private readonly Dictionary<string, ReadOnlyMemory<byte>> _taken = new(StringComparer.Ordinal);

        public override bool TryGet(ReadOnlySpan<byte> key, out ReadOnlyMemory<byte> value) =>
            base.TryGet(key, out value) || _taken.TryGetValue(Convert.ToHexString(key), out value);

        public override long Append(WriteBatch batch)
        {
            for (int index = 0; index < batch.Count; index++) _taken.Remove(Convert.ToHexString(batch[index].Key.Span));
            return base.Append(batch);
        }

        public override IStorageIterator Scan(ReadOnlyMemory<byte> from, ReadOnlyMemory<byte>? to)
        {
            // A delivery begins with the first of one owner's hints.
            if (from.Length < 2 || from.Span[0] != StoreKey.AllHints.Span[0] || from.Length != 2 + from.Span[1]) return base.Scan(from, to);
            var taken = new List<(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value)>();
            var removal = new WriteBatch();
            using (var hints = base.Scan(from, to))
                while (hints.MoveNext())
                {
                    taken.Add((hints.Key.ToArray(), hints.Value));
                    removal.Delete(hints.Key.ToArray());
                }
            if (taken.Count > 0) Append(removal);
            foreach (var (key, value) in taken) _taken[Convert.ToHexString(key.Span)] = value;
            return new Taken(taken);
        }
    }

    private sealed class Taken(IReadOnlyList<(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value)> entries) : IStorageIterator
    {
        private int _at = -1;

        public ReadOnlyMemory<byte> Key => entries[_at].Key;

        public ReadOnlyMemory<byte> Value => entries[_at].Value;

        public bool MoveNext() => ++_at < entries.Count;

        public void Dispose() { }
    }
}
