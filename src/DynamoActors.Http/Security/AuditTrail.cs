using System.Text.Json;
using DynamoActors.Http.Answers;
using DynamoActors.Storage;
using DynamoActors.Storage.Files;
using DynamoActors.Storage.Journal;
using DynamoActors.Storage.Repair;
using Microsoft.Extensions.Logging;

namespace DynamoActors.Http.Security;

/// <summary>
/// Who changed what through this node: a line of its log each, and on disk the last of them for <c>/admin/audit</c>. A file is full with
/// <see cref="EntriesMax"/> and takes the place of the one before it, which is then forgotten.
/// </summary>
internal sealed class AuditTrail(ILogger log, TimeProvider time, AuditDirectory? directory)
{
    internal const int EntriesMax = 1000;
    private const int TargetLengthMax = 1000;
    private const string Kind = "audit";

    private readonly Lock _gate = new();
    private readonly AuditDirectory _directory = directory ?? new AuditDirectory(new MemoryFileSystem(), "/audit");
    private EventLog? _before;
    private EventLog? _newest;

    private string NewestPath => Path.Combine(_directory.Path, "newest.journal");

    private string BeforePath => Path.Combine(_directory.Path, "before.journal");

    /// <summary>On the disk when it ends; what the disk does not take is in the node's log alone, which says so.</summary>
    public Task AddAsync(string who, string method, string target, int status)
    {
        log.LogInformation("{Who} asked for {Method} {Target}: {Status}", who, method, target, status);
        if (target.Length > TargetLengthMax) target = string.Concat(target.AsSpan(0, TargetLengthMax), "…");
        var entry = new AuditEntryShown(ShownTime.Of(time.GetUtcNow()), who, method, target, status);
        // Off the thread that serves a connection's bytes: the disk is waited for.
        return Task.Run(() => Add(entry));
    }

    /// <summary>The oldest first.</summary>
    public AuditEntryShown[] Entries
    {
        get
        {
            lock (_gate)
            {
                return OpenAnd(() => _before!.Events.Concat(_newest!.Events).TakeLast(EntriesMax).ToArray())?.Select(
                    one => JsonSerializer.Deserialize(one.Payload, StoreJson.Default.AuditEntryShown)!).ToArray() ?? [];
            }
        }
    }

    private void Add(AuditEntryShown entry)
    {
        lock (_gate)
        {
            OpenAnd(() =>
            {
                if (_newest!.Events.Count >= EntriesMax) Turn();
                var number = Math.Max(_before!.HighestSequenceNr, _newest.HighestSequenceNr) + 1;
                _newest.Append([new EventRecord(
                    number, time.GetUtcNow().UtcTicks, 0, Kind,
                    JsonSerializer.SerializeToUtf8Bytes(entry, StoreJson.Default.AuditEntryShown))]);
                return true;
            });
        }
    }

    private void Turn()
    {
        _directory.Files.Rename(NewestPath, BeforePath);
        _directory.Files.SyncDirectory(_directory.Path);
        (_before, _newest) = (_newest, Open(NewestPath));
    }

    private T? OpenAnd<T>(Func<T> work)
    {
        try
        {
            _before ??= Open(BeforePath);
            _newest ??= Open(NewestPath);
            return work();
        }
        catch (IOException e)
        {
            // They are read again before anything else is written.
            (_before, _newest) = (null, null);
            log.LogError("The audit in {Directory} cannot be written or read: {Reason}", _directory.Path, e.Message);
            return default;
        }
    }

    private EventLog Open(string path)
    {
        try
        {
            return EventLog.Open(_directory.Files, path, cut => log.LogWarning("{Cut}", cut));
        }
        catch (StorageCorruptException damage)
        {
            var sound = EventLog.ReadSound(_directory.Files, path);
            log.LogError("{Damage}. It is kept as {Aside}; the {Count} entries before the damage are still there",
                damage.Message, Aside.Move(_directory.Files, path), sound.Count);
            var opened = EventLog.Open(_directory.Files, path, _ => { });
            if (sound.Count > 0) opened.Append(sound);
            return opened;
        }
    }
}

/// <summary>Where the audit lies.</summary>
public sealed record AuditDirectory(IFileSystem Files, string Path);
