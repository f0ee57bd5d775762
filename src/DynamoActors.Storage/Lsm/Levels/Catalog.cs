using DynamoActors.Storage.Lsm.Tables;

namespace DynamoActors.Storage.Lsm.Levels;

/// <summary>
/// The current levels and the manifest that makes them durable. All but <see cref="NextNumber"/> under <see cref="Gate"/>.
/// </summary>
internal sealed class Catalog : IDisposable
{
    private const long ManifestBytesMin = 256 << 10;

    private readonly LsmContext _context;
    private ManifestFile? _manifest;
    private long _manifestNumber;
    private long _snapshotBytes;
    private long _nextNumber;
    /// <summary>Levels from before a drop that no manifest knows yet: it may still name their tables.</summary>
    private readonly List<OpenLevels> _unrecorded = [];
    private int _unrecordedDrops;

    /// <param name="state">What the manifest said; null in a new store.</param>
    public Catalog(LsmContext context, ManifestState? state, long nextNumber)
    {
        _context = context;
        _nextNumber = nextNumber;
        if (state is not null && ManifestFile.IsName(state.Name, out var number))
            _manifestNumber = number;
        LastSequence = state?.LastSequence ?? 0;
        Levels = OpenLevels.Open(context, state?.Set ?? TableSet.Empty, null);
    }

    /// <summary>Held while the levels change; waits for the disk, so that appends never take it.</summary>
    public Lock Gate { get; } = new();

    public OpenLevels Levels { get; private set; }

    /// <summary>The log's records up to here are in the tables.</summary>
    public long LastSequence { get; private set; }

    public long NextNumber() => Interlocked.Increment(ref _nextNumber) - 1;

    /// <summary>
    /// Makes the edit durable, then current. Where it fails the levels stay as they were; but the edit may still be found by the
    /// next start, so the files it names must stay.
    /// </summary>
    public void Commit(LevelsEdit edit, Action<OpenLevels> install)
    {
        var next = Levels.Set.Apply(edit);
        var opened = OpenLevels.Open(_context, next, Levels);
        try
        {
            Record(edit, next);
        }
        catch
        {
            opened.Release();
            throw;
        }
        Adopt(opened, install);
    }

    /// <summary>
    /// Drops the range from the levels at once; <see cref="RecordDrop"/> makes it durable, or whatever is committed next.
    /// </summary>
    public void Drop(KeyRange range, Action<OpenLevels> install)
    {
        var dropped = OpenLevels.Open(_context, Levels.Set.Apply(new LevelsEdit { Dropped = range }), Levels);
        _unrecorded.Add(Levels);
        _unrecordedDrops++;
        Levels = dropped;
        install(dropped);
    }

    public void RecordDrop(KeyRange range)
    {
        Record(new LevelsEdit { Dropped = range }, Levels.Set);
        ReleaseRecorded();
    }

    /// <summary>Writes the current levels into a new manifest.</summary>
    public void WriteSnapshot()
    {
        WriteSnapshot(Levels.Set, LastSequence);
        ReleaseRecorded();
    }

    public void Dispose()
    {
        _manifest?.Dispose();
        _unrecorded.ForEach(levels => levels.Release());
        _unrecorded.Clear();
        Levels.Release();
    }

    private void Record(LevelsEdit edit, TableSet next)
    {
        try
        {
            // A drop that could not be recorded when it was made is in no edit: only all that is current tells of it.
            var hasMissedDrop = _unrecordedDrops > (edit.Dropped is null ? 0 : 1);
            if (_manifest is null || hasMissedDrop || _manifest.Bytes > Math.Max(ManifestBytesMin, 4 * _snapshotBytes))
            {
                WriteSnapshot(next, edit.LastSequence ?? LastSequence);
            }
            else
            {
                edit.NextNumber = Volatile.Read(ref _nextNumber);
                _context.Counters.CountDiskBytes(_manifest.Append(edit));
                _context.Counters.CountSync();
            }
            LastSequence = edit.LastSequence ?? LastSequence;
        }
        catch
        {
            // What reached the file is unknown: the next edit begins a new one, with all that is current then.
            _manifest?.Dispose();
            _manifest = null;
            throw;
        }
    }

    private void WriteSnapshot(TableSet set, long lastSequence)
    {
        var number = NextNumber();
        var edit = set.ToEdit();
        edit.NextNumber = Volatile.Read(ref _nextNumber);
        edit.LastSequence = lastSequence;
        var manifest = ManifestFile.Create(_context.FileSystem, _context.Directory, number, edit);
        _context.Counters.CountDiskBytes(manifest.Bytes);
        _context.Counters.CountSync();
        _manifest?.Dispose();
        if (_manifestNumber != 0)
            ManifestFile.DeleteUnused(_context, ManifestFile.NameOf(_manifestNumber));
        _manifest = manifest;
        _manifestNumber = number;
        _snapshotBytes = manifest.Bytes;
    }

    private void Adopt(OpenLevels opened, Action<OpenLevels> install)
    {
        _unrecorded.Add(Levels);
        Levels = opened;
        install(opened);
        ReleaseRecorded();
    }

    /// <summary>The manifest says what is current: what only earlier levels named may go once nobody reads it.</summary>
    private void ReleaseRecorded()
    {
        foreach (var levels in _unrecorded)
        {
            levels.RetireAllBut(Levels.Set);
            levels.Release();
        }
        _unrecorded.Clear();
        _unrecordedDrops = 0;
    }
}
