using DynamoActors.Storage.Background;
using DynamoActors.Storage.Engines;
using DynamoActors.Storage.Files;
using DynamoActors.Storage.Lsm.Engine;
using DynamoActors.Storage.Lsm.Levels;
using DynamoActors.Storage.Snapshot;

namespace DynamoActors.Storage.Repair;

/// <summary>
/// A store of any engine: its identity, what its manifest or snapshot says, its log, its tables. What is sound of a damaged log or snapshot
/// is copied to a new store, which then takes the damaged one's place; where not even the list of tables can be known, the whole store
/// moves aside.
/// </summary>
/// <param name="forgetIdentity">
/// Called with every store that lost something, before it is used again: whoever numbers writes in it must not go on from what it
/// remembers.
/// </param>
/// <param name="describe">A key for people.</param>
public sealed class StoreChecker(StorageOptions options, Action<IStorageEngine> forgetIdentity, Func<byte[], string> describe) : IChecker
{
    private const string Everything =
        "Everything that this node stored. Started with an empty store it gets all of it from the other owners.";
    private const string Some =
        "Writes up to the size of what is damaged. The other owners have them, but for what was written with w=one alone "
        + "and reached nobody else.";

    private readonly IFileSystem _files = options.FileSystem;
    private readonly string _store = options.Directory;
    private readonly List<Finding> _findings = [];

    public string Subject => $"the store in {_store}";

    /// <summary>Where damage is known of: only tables of these files, or with values in them, are read; null: all are.</summary>
    public IReadOnlyCollection<string>? Suspects { get; init; }

    /// <summary>Tables that were read from beginning to end.</summary>
    public int TablesChecked { get; private set; }

    private string Rescued => _store + ".rescued";

    public IReadOnlyList<Finding> Run()
    {
        FinishExchange();
        if (_files.List(_store).Count == 0 || CheckIdentity() is not { } identity)
            return _findings;
        if (identity.Engine == LsmEngine.EngineName && !CheckManifest())
            return _findings;
        CheckLog(identity.Engine);
        if (identity.Engine == LsmEngine.EngineName)
            CheckTables();
        return _findings;
    }

    private StoreIdentity? CheckIdentity()
    {
        var path = Path.Combine(_store, StoreIdentity.FileName);
        string damage;
        try
        {
            if (StoreIdentity.Read(_files, _store) is { } identity)
                return identity;
            damage = $"{path} is missing";
        }
        catch (StorageCorruptException e)
        {
            damage = e.Message;
        }
        if (GuessIdentity() is not { } guessed)
        {
            MoveStoreAside(damage);
            return null;
        }
        var aside = MoveAside(path);
        guessed.Write(_files, _store);
        _findings.Add(
            new Finding(path, damage, $"It was written anew: the files are those of the engine '{guessed.Engine}'.{aside}", "Nothing."));
        return guessed;
    }

    /// <summary>The lsm engine has a manifest from its first start on, the snapshot engine none.</summary>
    private StoreIdentity? GuessIdentity()
    {
        var names = _files.List(_store);
        if (names.Any(name => name == ManifestFile.CurrentName || ManifestFile.NumberOf(name) is not null))
            return new StoreIdentity(LsmEngine.EngineName, LsmEngine.FormatVersion);
        return names.Any(name => SnapshotFile.SequenceOf(name) is not null)
            ? new StoreIdentity(SnapshotEngine.EngineName, SnapshotEngine.FormatVersion)
            : null;
    }

    /// <summary>False where the store had to be moved aside.</summary>
    private bool CheckManifest()
    {
        try
        {
            if (ManifestState.Read(_files, _store) is not null || !_files.List(_store).Any(IsOfManifest))
                return true;
            return MendManifest($"{Path.Combine(_store, ManifestFile.CurrentName)} is missing", null);
        }
        catch (StorageCorruptException damage)
        {
            return MendManifest(damage.Message, CurrentNumber());
        }
    }

    private static bool IsOfManifest(string name) =>
        ManifestFile.NumberOf(name) is not null || name.EndsWith(".table", StringComparison.Ordinal);

    /// <param name="current">The manifest that CURRENT names; null where that cannot be read, and only the newest can be meant.</param>
    private bool MendManifest(string damage, long? current)
    {
        var numbers = _files.List(_store).Select(ManifestFile.NumberOf).OfType<long>().Distinct().OrderDescending().ToList();
        // Never an older one: what it names may be gone, and what it does not name would be removed.
        string[] names = [.. numbers.Where(number => number >= (current ?? numbers[0])).Select(ManifestFile.NameOf)];
        var sound = Array.Find(names, name => CountEdits(name) > 0 || CountEdits(ManifestFile.CopyOf(name)) > 0)
            ?? Array.Find(names, MendCopy);
        if (sound is null)
        {
            MoveStoreAside($"{damage}. Which tables make up the store cannot be known: there is no sound copy either");
            return false;
        }
        var path = Path.Combine(_store, sound);
        if (CountEdits(ManifestFile.CopyOf(sound)) > CountEdits(sound))
        {
            var aside = MoveAside(path);
            ManifestFile.Restore(_files, _store, sound);
            _findings.Add(new Finding(path, damage, $"It was written anew from its copy.{aside}", "Nothing."));
        }
        if (current is not null && sound == ManifestFile.NameOf(current.Value))
            return true;
        path = Path.Combine(_store, ManifestFile.CurrentName);
        var currentAside = MoveAside(path);
        ManifestFile.SetCurrent(_files, _store, sound);
        _findings.Add(new Finding(path, damage, $"It was written anew and names {sound}.{currentAside}", "Nothing."));
        return true;
    }

    /// <summary>False: manifest and copy are damaged in the same places.</summary>
    private bool MendCopy(string manifest)
    {
        if (ManifestFile.Combine(_files, _store, manifest) is not { } whole)
            return false;
        var copy = Path.Combine(_store, ManifestFile.CopyOf(manifest));
        var aside = MoveAside(copy);
        ManifestFile.WriteCopy(_files, _store, manifest, whole);
        _findings.Add(new Finding(copy, "It is damaged, and so is the manifest, but not in the same places.",
            $"It was written anew from what is sound of both.{aside}", "Nothing."));
        return true;
    }

    private int CountEdits(string manifest) => ManifestFile.CountSound(_files, _store, manifest);

    private long? CurrentNumber()
    {
        try
        {
            return ManifestFile.ReadCurrent(_files, _store) is { } name ? ManifestFile.NumberOf(name) : null;
        }
        catch (StorageCorruptException)
        {
            return null;
        }
    }

    /// <summary>A sentence that says so; empty where there is no such file.</summary>
    private string MoveAside(string path) => _files.Exists(path) ? $" The damaged one is {Aside.Move(_files, path)}." : "";

    private void CheckLog(string engine)
    {
        if (LogCheck.FindDamage(options, engine) is not { } damage)
            return;
        var skipped = new List<string>();
        // A rest of an attempt that was cut short: a copy of ours, which nobody has used.
        _files.DeleteDirectory(Rescued);
        using (var opened = StorageEngines.Open(engine, Rescuing(_store, skipped.Add)))
            opened.Checkpoint(Rescued);
        using (var copy = StorageEngines.Open(engine, Rescuing(Rescued, null)))
            forgetIdentity(copy);
        var aside = Aside.Move(_files, _store);
        FinishExchange();
        _findings.Add(new Finding(
            damage.File, string.Join(" ", skipped.Prepend(damage.Message + ".")),
            $"What is sound was copied to a new store in {_store}; the damaged one is {aside}.", Some));
    }

    /// <summary>A store's name and a rescued copy's are exchanged in two steps: the power may go between them.</summary>
    private void FinishExchange()
    {
        if (_files.Exists(_store) || !_files.Exists(Path.Combine(Rescued, StoreIdentity.FileName)))
            return;
        _files.Rename(Rescued, _store);
        _files.SyncDirectory(Path.GetDirectoryName(_store)!);
    }

    private StorageOptions Rescuing(string directory, Action<string>? skipped) =>
        options with { Directory = directory, Background = new ManualBackgroundWork(), Skipped = skipped };

    private void CheckTables()
    {
        var report = LsmRepair.Run(options, beforeChange: ForgetIdentity, Suspects);
        TablesChecked = report.TablesChecked;
        foreach (var table in report.Quarantined)
        {
            var kept = table.Kept == 0 ? "" : $" {table.Kept} entries of it that are sound were kept.";
            _findings.Add(new Finding(
                table.Path, table.Damage, (table.MovedTo is { } moved ? $"It is {moved} now." : "It was taken out of the store.") + kept,
                table.Entries == 0 ? "Nothing."
                    : $"{table.Entries} entries of level {table.Level} are missing here, or show an older version: between "
                        + $"{describe(table.Smallest)} and {describe(table.Largest)}. The other owners have them, where there are any."));
        }
    }

    private void ForgetIdentity()
    {
        using var engine = StorageEngines.Open(LsmEngine.EngineName, Rescuing(_store, null));
        forgetIdentity(engine);
    }

    private void MoveStoreAside(string damage) =>
        _findings.Add(new Finding(_store, damage, $"It is {Aside.Move(_files, _store)} now, as a whole.", Everything));
}
