using DynamoActors.Storage.Files;
using DynamoActors.Storage.Log;
using DynamoActors.Storage.Lsm.Levels;
using DynamoActors.Storage.Lsm.Memtables;
using DynamoActors.Storage.Lsm.Tables;
using DynamoActors.Storage.Lsm.Views;

namespace DynamoActors.Storage.Lsm.Engine;

/// <summary>
/// From a directory to a store that serves: the manifest says which tables there are, what no manifest names is removed, and the log is
/// replayed from where the tables end.
/// </summary>
internal sealed class LsmRecovery
{
    private LsmRecovery(StorageOptions options, StoreDirectory directory)
    {
        Options = options;
        Directory = directory;
        Context = new LsmContext(options, options.Lsm);
        var state = ManifestState.Read(options.FileSystem, directory.Path);
        if (state is null)
            RefuseTablesWithoutManifest();
        Report.AddRange(state?.Report ?? []);
        _state = state;
        // A crash of the process alone may leave an edit that was read but never synced: what it removed goes only once it stays.
        if (state is { IsTorn: false })
            ManifestFile.MakeDurable(options.FileSystem, directory.Path, state.Name);
        Catalog = new Catalog(Context, state, NextNumber(state));
        var arenas = new ArenaPool(Memtable.ArenaBytes(options.Lsm.MemtableBytes));
        Live = new LiveView(new View(new MemtableView(NewMemtable(Context, arenas, 0), []), [], Catalog.Levels), arenas);
    }

    public StorageOptions Options { get; }
    public StoreDirectory Directory { get; }
    public LsmContext Context { get; }
    public Catalog Catalog { get; }
    public LiveView Live { get; }
    public WriteAheadLog Log { get; private set; } = null!;
    public List<string> Report { get; } = [];

    /// <summary>What was dropped since the tables: older operations may come behind it in the log.</summary>
    private readonly List<MemtableDrop> _drops = [];
    private readonly HashSet<long> _replayedValues = [];
    private readonly ManifestState? _state;
    private bool _isMisplaced;

    public static LsmRecovery Run(StorageOptions options)
    {
        options.Lsm.Check();
        var directory = StoreDirectory.Open(options.FileSystem, options.Directory, LsmEngine.EngineName, LsmEngine.FormatVersion);
        LsmRecovery? recovery = null;
        try
        {
            recovery = new LsmRecovery(options, directory);
            recovery.Log = WriteAheadLog.Open(options, directory.Path, recovery.Catalog.LastSequence, recovery.Replay);
            recovery.Report.AddRange(recovery.Log.RecoveryReport);
            recovery.FinishReplay();
            recovery.ReportDamage();
            recovery.WriteManifest();
            return recovery;
        }
        catch
        {
            recovery?.Log?.Dispose();
            recovery?.Live.Close();
            recovery?.Catalog.Dispose();
            directory.Dispose();
            throw;
        }
    }

    /// <summary>Puts a new memtable in place of the active one, which then waits to be written out. The caller holds the gate.</summary>
    public static void Rotate(LsmContext context, LiveView live, long nodeBytes, long throughSequence)
    {
        var view = live.Current;
        view.Active.Memtable.ThroughSequence = throughSequence;
        MemtableView[] waiting = view.Active.Memtable.IsEmpty ? view.Waiting : [view.Active, .. view.Waiting];
        live.Replace(new MemtableView(NewMemtable(context, live.Arenas, nodeBytes), []), waiting, view.Levels);
    }

    /// <summary>Hides a range in memory and in the tables, in one step. The caller holds both gates.</summary>
    public static void Drop(Catalog catalog, LiveView live, KeyRange range, long sequence)
    {
        var drop = new MemtableDrop(range, sequence);
        catalog.Drop(range, levels => live.Replace(
            live.Current.Active.With(drop), Array.ConvertAll(live.Current.Waiting, waiting => waiting.With(drop)), levels));
    }

    private void Replay(LoggedBatch batch)
    {
        // Of large values that were written late, what counts earlier may be in the tables already.
        if (batch.EffectiveSequence <= Catalog.LastSequence)
            return;
        long nodeBytes = 0, bytes = 0;
        foreach (var operation in batch.Operations)
        {
            var valueBytes = operation.Kind == LoggedKind.PutApart
                ? ValuePlace.Read(operation.Value, out _).Length
                : operation.Value.Length;
            nodeBytes += Memtable.NodeBytesMax(operation.Key.Length, valueBytes, Context.Options.InlineValueBytesMax);
            bytes += operation.Key.Length + valueBytes;
        }
        var active = Live.Current.Active.Memtable;
        if (!active.HasRoom(nodeBytes) || (!active.IsEmpty && active.Bytes + bytes > Context.Options.MemtableBytes))
            Rotate(Context, Live, nodeBytes, batch.Sequence - 1);
        foreach (var operation in batch.Operations)
        {
            if (operation.Kind == LoggedKind.DropRange)
            {
                var range = new KeyRange(operation.Key.ToArray(), operation.Value.ToArray());
                _drops.Add(new MemtableDrop(range, batch.Sequence));
                Drop(Catalog, Live, range, batch.Sequence);
            }
            else if (batch.EffectiveSequence == batch.Sequence || !IsSuperseded(operation.Key.Span, batch.EffectiveSequence))
                Apply(operation, batch.EffectiveSequence);
        }
        _isMisplaced |= batch.EffectiveSequence < batch.Sequence;
    }

    /// <summary>Whether what is in memory already came later.</summary>
    private bool IsSuperseded(ReadOnlySpan<byte> key, long sequence)
    {
        foreach (var drop in _drops)
        {
            if (sequence < drop.Sequence && drop.Range.Contains(key))
                return true;
        }
        foreach (var view in (MemtableView[])[Live.Current.Active, .. Live.Current.Waiting])
        {
            if (view.Memtable.TryFind(key, long.MaxValue, out var node) && view.Memtable.SequenceOf(node) > sequence)
                return true;
        }
        return false;
    }

    private void Apply(LoggedOperation operation, long sequence)
    {
        var memtable = Live.Current.Active.Memtable;
        if (operation.Kind != LoggedKind.PutApart)
        {
            memtable.Add(sequence, operation.Key.Span, operation.Value, operation.Kind == LoggedKind.Delete);
            return;
        }
        var place = ValuePlace.Read(operation.Value, out _);
        memtable.Keep(Context.Values, place.File);
        _replayedValues.Add(place.File);
        try
        {
            var value = memtable.Add(sequence, operation.Key.Span, Context.Values.Read(place), isDelete: false);
            if (value >= 0)
                memtable.Place(value, place);
        }
        catch (StorageCorruptException damage) when (Options.Skipped is { } skipped)
        {
            skipped($"{damage.Message}.");
        }
    }

    private void FinishReplay()
    {
        // What counts earlier than it stands in the log is not in the memtable of that time: all go to the tables together, or not at all.
        if (_isMisplaced)
            Rotate(Context, Live, 0, Log.LastSequence);
        if (_state is { IsTorn: false } && Options.Skipped is null)
            RemoveOrphans(_state);
    }

    /// <summary>Every start begins a manifest: never is one continued whose end a crash may have torn.</summary>
    private void WriteManifest()
    {
        try
        {
            Catalog.WriteSnapshot();
        }
        catch (StorageFullException)
        {
            // Reads need no new manifest; the next change of the levels tries again.
            Report.Add($"No space for a new manifest in {Directory.Path}; the store is open, and background work waits for space.");
        }
    }

    private static Memtable NewMemtable(LsmContext context, ArenaPool arenas, long nodeBytes)
    {
        var capacity = Math.Max(context.Options.MemtableBytes, nodeBytes);
        if (capacity > Memtable.CapacityMax)
            throw new ArgumentException(
                $"A batch needs {nodeBytes} bytes of memory for its keys and small values; "
                + $"at most {Memtable.CapacityMax} are possible. Split it.");
        return new Memtable(arenas, (int)capacity, context.Options.InlineValueBytesMax);
    }

    private long NextNumber(ManifestState? state)
    {
        var next = state?.NextNumber ?? 1;
        foreach (var name in Context.FileSystem.List(Directory.Path))
        {
            if (LsmContext.IsTableName(name, out var number) || LsmContext.IsValuesName(name, out number))
                next = Math.Max(next, number + 1);
            next = Math.Max(next, 1 + ManifestFile.NumberOf(name) ?? 0);
        }
        return next;
    }

    private void RefuseTablesWithoutManifest()
    {
        var table = Context.FileSystem.List(Directory.Path).FirstOrDefault(name => LsmContext.IsTableName(name, out _));
        if (table is not null)
            throw new StorageCorruptException(Context.PathOf(ManifestFile.CurrentName), 0,
                $"it is missing although {table} is there");
    }

    /// <summary>Tables of work that a crash cut short, tables whose last reader did not live to delete them, old manifests.</summary>
    private void RemoveOrphans(ManifestState state)
    {
        var numbers = state.Set.All.Select(table => table.Number).ToHashSet();
        var values = state.Set.All.SelectMany(table => table.Values).Select(use => use.File).Concat(_replayedValues).ToHashSet();
        // A lost edit may have replaced them: then what looks like an orphan is all that is left of their keys.
        if (numbers.Any(number => !Context.FileSystem.Exists(Context.TablePath(number))))
            return;
        foreach (var name in Context.FileSystem.List(Directory.Path))
        {
            var isOrphan = LsmContext.IsTableName(name, out var tableNumber)
                ? !numbers.Contains(tableNumber)
                : LsmContext.IsValuesName(name, out var valuesNumber)
                ? !values.Contains(valuesNumber)
                : name == ManifestFile.UnfinishedCurrentName
                    || (ManifestFile.NumberOf(name) is not null && name != state.Name && name != ManifestFile.CopyOf(state.Name));
            if (isOrphan)
                Context.DeleteUnused(Context.PathOf(name));
        }
    }

    private void ReportDamage()
    {
        for (var level = 0; level < LsmOptions.LevelCount; level++)
        {
            foreach (var table in Catalog.Levels[level])
            {
                if (table.Table.Damage is not { } damage)
                    continue;
                Report.Add(
                    $"{damage.Message}. Keys from {KeyText.Of(table.Meta.Smallest)} to {KeyText.Of(table.Meta.Largest)} "
                    + $"of level {level} cannot be read. {Context.RepairAdvice}");
            }
        }
    }
}
