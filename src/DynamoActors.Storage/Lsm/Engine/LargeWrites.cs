using DynamoActors.Storage.Log;
using DynamoActors.Storage.Lsm.Levels;
using DynamoActors.Storage.Lsm.Memtables;
using DynamoActors.Storage.Lsm.Tables;
using DynamoActors.Storage.Lsm.Views;

namespace DynamoActors.Storage.Lsm.Engine;

/// <summary>
/// Batches with large values between their append and the log. They are in a memtable, and the log has an empty batch of their number.
/// Their values go to a value file first; only when that is durable does the log get their operations, with the values' places: so what
/// the log names was there, and small batches do not wait for large values.
/// </summary>
/// <param name="bytesMax">Of values that may wait.</param>
internal sealed class LargeWrites(LsmContext context, LiveView live, Catalog catalog, WriteAheadLog log, long bytesMax)
{
    /// <summary>Less than a value of the usual greatest size stands in nobody's way for long; more files cost more syncs.</summary>
    private const long GroupBytes = 4 << 20;

    /// <summary>Taken before the live view's gate.</summary>
    private readonly Lock _writing = new();
    private readonly List<Waiting> _waiting = [];
    private long _waitingBytes;
    private Group? _group;

    /// <summary>The caller holds the live view's gate, as for <see cref="Add"/>.</summary>
    /// <exception cref="StorageOverloadedException">Too much waits.</exception>
    public void Admit()
    {
        if (_waitingBytes > bytesMax)
            throw new StorageOverloadedException(
                $"{_waitingBytes} bytes of large values wait to be written in {context.Directory}: the disk is behind. Try again later.");
    }

    /// <param name="values">For each operation what the memtable's <see cref="Memtable.Add"/> returned.</param>
    public void Add(long sequence, WriteBatch batch, Memtable memtable, int[] values)
    {
        memtable.Hold();
        memtable.ValueComes();
        _waitingBytes += batch.Bytes;
        _waiting.Add(new Waiting(sequence, [.. Enumerable.Range(0, batch.Count).Select(i => batch[i])], values, memtable, batch.Bytes));
    }

    /// <summary>
    /// Writes the next <paramref name="bytesMax"/> bytes, by pieces, of what was added before the call. On return the log has, not yet
    /// durable, all batches up to the number returned.
    /// </summary>
    public long Write(long bytesMax)
    {
        lock (_writing)
        {
            for (var written = 0L; written < bytesMax && (_group ??= TakeGroup()) is { } group;)
                written += WritePiece(group);
            lock (live.Gate)
                return _waiting.Count == 0 ? log.LastSequence : _waiting[0].Sequence - 1;
        }
    }

    /// <summary>Nothing of what waits will be written.</summary>
    public void Abandon()
    {
        lock (_writing)
        {
            _group?.Dispose();
            foreach (var waiting in _waiting)
                waiting.Memtable.Release();
            _waiting.Clear();
        }
    }

    /// <summary>The oldest batch, and those behind it that fit into the same file. Null: none waits.</summary>
    private Group? TakeGroup()
    {
        var batches = new List<Waiting>();
        lock (live.Gate)
        {
            var bytes = 0L;
            foreach (var waiting in _waiting.TakeWhile(waiting => bytes == 0 || bytes + waiting.Bytes <= GroupBytes))
            {
                bytes += waiting.Bytes;
                batches.Add(waiting);
            }
        }
        return batches.Count == 0 ? null : new Group(context, catalog.NextNumber(), batches);
    }

    /// <summary>Returns how many bytes it had.</summary>
    private long WritePiece(Group group)
    {
        try
        {
            if (group.WritePiece() is { } written)
                return written;
            _group = null;
        }
        catch (IOException e)
        {
            _group = null;
            if (e is not StorageFullException)
                throw log.FailForGood(e);
            // Half a file takes space that is short just now. The values stay in memory, and the next call tries again.
            context.DeleteUnused(group.Path);
            throw;
        }
        Settle(group);
        return 0;
    }

    private void Settle(Group group)
    {
        // Of several memtables the first may need it no more before the next was told of it.
        context.Values.Hold(group.Number);
        lock (live.Gate)
        {
            foreach (var (waiting, places) in group.Batches.Zip(group.Places))
                Settle(waiting, places, group.Number);
            _waiting.RemoveRange(0, group.Batches.Count);
        }
        context.Values.Retire(group.Number);
        context.Values.Release(group.Number);
    }

    private void Settle(Waiting waiting, ValuePlace?[] places, long number)
    {
        for (var i = 0; i < places.Length; i++)
        {
            if (places[i] is { } place && waiting.Values[i] >= 0)
                waiting.Memtable.Place(waiting.Values[i], place);
        }
        waiting.Memtable.Keep(context.Values, number);
        waiting.Memtable.ValueCame();
        waiting.Memtable.Release();
        _waitingBytes -= waiting.Bytes;
        log.AppendAt(waiting.Sequence, waiting.Operations.Select((operation, i) => places[i] is { } place
            ? new LoggedOperation(LoggedKind.PutApart, operation.Key, place.ToStub([]))
            : new LoggedOperation(operation.IsDelete ? LoggedKind.Delete : LoggedKind.Put, operation.Key, operation.Value)));
    }

    private sealed record Waiting(long Sequence, WriteBatch.Operation[] Operations, int[] Values, Memtable Memtable, long Bytes);

    /// <summary>Batches whose values go to one file.</summary>
    private sealed class Group : IDisposable
    {
        private readonly LsmContext _context;
        private readonly IEnumerator<long> _pieces;

        public Group(LsmContext context, long number, List<Waiting> batches)
        {
            _context = context;
            (Number, Batches) = (number, batches);
            Path = context.PathOf(LsmContext.ValuesName(number));
            _pieces = WritePieces().GetEnumerator();
        }

        public long Number { get; }

        public string Path { get; }

        public List<Waiting> Batches { get; }

        /// <summary>Of each batch's operations; null: that one's value goes to the log.</summary>
        public List<ValuePlace?[]> Places { get; } = [];

        /// <summary>How many bytes it had; null: the file, and its name, are on the disk.</summary>
        public long? WritePiece() => _pieces.MoveNext() ? _pieces.Current : null;

        public void Dispose() => _pieces.Dispose();

        private IEnumerable<long> WritePieces()
        {
            using var file = new ValueFileWriter(_context.FileSystem.Open(Path, FileOpening.CreateNew), Number);
            foreach (var batch in Batches)
            {
                var places = new ValuePlace?[batch.Operations.Length];
                Places.Add(places);
                for (var i = 0; i < places.Length; i++)
                {
                    var operation = batch.Operations[i];
                    if (operation.IsDelete || operation.Value.Length <= _context.Options.ValuesApartAboveBytes)
                        continue;
                    var before = file.Bytes;
                    places[i] = file.Begin(operation.Value);
                    yield return file.Bytes - before;
                    for (before = file.Bytes; file.WritePiece(); before = file.Bytes)
                        yield return file.Bytes - before;
                }
            }
            file.Finish();
            _context.FileSystem.SyncDirectory(_context.Directory);
            _context.Counters.CountDiskBytes(file.Bytes);
            _context.Counters.CountSync();
        }
    }
}
