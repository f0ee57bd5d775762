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
    /// <summary>Taken before the live view's gate.</summary>
    private readonly Lock _writing = new();
    private readonly List<Waiting> _waiting = [];
    private long _waitingBytes;

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
        _waitingBytes += batch.Bytes;
        _waiting.Add(new Waiting(sequence, [.. Enumerable.Range(0, batch.Count).Select(i => batch[i])], values, memtable, batch.Bytes));
    }

    /// <summary>On return the log has, not yet durable, whatever was added before the call.</summary>
    public void Write()
    {
        lock (_writing)
        {
            Waiting[] group;
            lock (live.Gate)
                group = [.. _waiting];
            if (group.Length == 0)
                return;
            var number = catalog.NextNumber();
            var places = WriteValues(number, group);
            // Of several memtables the first may need it no more before the next was told of it.
            context.Values.Hold(number);
            lock (live.Gate)
            {
                for (var i = 0; i < group.Length; i++)
                    Settle(group[i], places[i], number);
                _waiting.RemoveRange(0, group.Length);
            }
            context.Values.Retire(number);
            context.Values.Release(number);
        }
    }

    /// <summary>Nothing of what waits will be written.</summary>
    public void Abandon()
    {
        lock (_writing)
        {
            foreach (var waiting in _waiting)
                waiting.Memtable.Release();
            _waiting.Clear();
        }
    }

    private ValuePlace?[][] WriteValues(long number, Waiting[] group)
    {
        var path = context.PathOf(LsmContext.ValuesName(number));
        try
        {
            using var file = new ValueFileWriter(context.FileSystem.Open(path, FileOpening.CreateNew), number) { SyncsWhileWriting = true };
            var places = Array.ConvertAll(group, waiting => Array.ConvertAll(
                waiting.Operations, operation => IsApart(operation) ? file.Add(operation.Value) : (ValuePlace?)null));
            file.Finish();
            context.FileSystem.SyncDirectory(context.Directory);
            context.Counters.CountDiskBytes(file.Bytes);
            context.Counters.CountSync();
            return places;
        }
        catch (StorageFullException)
        {
            // Half a file takes space that is short just now. The values stay in memory, and the next call tries again.
            context.DeleteUnused(path);
            throw;
        }
        catch (IOException e)
        {
            throw log.FailForGood(e);
        }
    }

    private void Settle(Waiting waiting, ValuePlace?[] places, long number)
    {
        for (var i = 0; i < places.Length; i++)
        {
            if (places[i] is { } place && waiting.Values[i] >= 0)
                waiting.Memtable.Place(waiting.Values[i], place);
        }
        waiting.Memtable.Keep(context.Values, number);
        waiting.Memtable.Release();
        _waitingBytes -= waiting.Bytes;
        log.AppendAt(waiting.Sequence, waiting.Operations.Select((operation, i) => places[i] is { } place
            ? new LoggedOperation(LoggedKind.PutApart, operation.Key, place.ToStub([]))
            : new LoggedOperation(operation.IsDelete ? LoggedKind.Delete : LoggedKind.Put, operation.Key, operation.Value)));
    }

    private bool IsApart(WriteBatch.Operation operation) =>
        !operation.IsDelete && operation.Value.Length > context.Options.ValuesApartAboveBytes;

    private sealed record Waiting(long Sequence, WriteBatch.Operation[] Operations, int[] Values, Memtable Memtable, long Bytes);
}
