using System.Security.Cryptography;
using DynamoActors.Node.Local;
using DynamoActors.Node.Restoring;
using DynamoActors.Server.Startup;
using DynamoActors.Storage;
using DynamoActors.Storage.Background;
using DynamoActors.Storage.Engines;
using DynamoActors.Storage.Files;
using DynamoActors.Storage.Lsm.Engine;

namespace DynamoActors.Server.Restore;

/// <param name="Folder">With the backups.</param>
/// <param name="Name">Of one of them; null: the newest.</param>
/// <param name="To">A directory for each node is made in it; with <paramref name="Node"/> it is that node's.</param>
/// <param name="Nodes">How many nodes the new cluster has.</param>
/// <param name="Node">Instead: a member of the cluster that the backup is of.</param>
/// <param name="DeletionsKept">The survivors' <c>dynamo.anti-entropy.deleted-age-min</c>.</param>
/// <param name="DeletionsMayReturn">Restore the member even where they may have forgotten deletions since the backup.</param>
/// <param name="DataLoss">Even where of some partitions there is nothing.</param>
internal sealed record RestoreOrder(
    string Folder, string? Name, string To, int? Nodes, string? Node, TimeSpan DeletionsKept, bool DeletionsMayReturn, bool DataLoss)
{
    public string What => Node is null ? $"{Nodes} nodes" : $"the node {Node}";
}

/// <summary>
/// Makes data directories of a backup, each with all that the backup's nodes together know of the partitions that its node owns. None has
/// an identity: the node draws one at its start, so that no dot is given twice. A new cluster has an id of its own; a member of the old one
/// goes back to it, and what it knows is merged with what the others do.
/// </summary>
internal sealed class RestoreProgram(RestoreOrder order, TextWriter output, TextWriter error)
{
    private const int MemtableBytes = 16 << 20;

    private readonly RealFileSystem _files = new();

    public int Run(DateTimeOffset now, CancellationToken stop)
    {
        try
        {
            return Restore(now, stop);
        }
        catch (StartFailure failure)
        {
            error.WriteLine(failure.Message);
            return failure.ExitCode;
        }
        catch (OperationCanceledException)
        {
            error.WriteLine("Interrupted. The same command goes on where this one was.");
            return ExitCodes.CannotStart;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"{order.Folder} cannot be restored to {order.To} (--to): {e.Message}");
            return ExitCodes.CannotStart;
        }
    }

    private int Restore(DateTimeOffset now, CancellationToken stop)
    {
        if (IsWithin(order.To, order.Folder))
            throw new StartFailure($"{order.To} (--to) is within the backups' directory {order.Folder} (--from), whose files 'pbm backup' "
                + "alone makes and removes. Nothing was made; name another place.");
        using var source = RestoreSource.Open(order.Folder, order.Name, _ => stop.ThrowIfCancellationRequested());
        Judge(source, now);
        var progress = RestoreProgress.Read(order.To, source.Manifest.Name, order.What)
            ?? new RestoreProgress(source.Manifest.Name, order.What, NewCluster(source), Next: 0);
        var ring = order.Node is null ? source.Ring.ForNewCluster(NamesFor(source), progress.Cluster) : source.Ring;
        string[] names = order.Node is null ? [.. ring.Table.Members.Select(member => member.Name)] : [order.Node];
        // Those that were finished before an interruption are nodes' directories already.
        var isBegun = File.Exists(Path.Combine(order.To, RestoreProgress.FileName));
        if (isBegun) names = [.. names.Where(name => !File.Exists(DataDirectory.MarkerIn(DirectoryOf(name))))];
        else foreach (var name in names) RequireFree(DirectoryOf(name));
        DurableDirectory.Create(_files, order.To);
        progress.Write(_files, order.To);
        var targets = new Dictionary<string, IStorageEngine>();
        try
        {
            foreach (var name in names) targets.Add(name, OpenStore(DirectoryOf(name)));
            Merge(new StoreMerge([.. source.Stores.Values], ring.Table, targets, ring.IsLww), ring.Table.PartitionCount, progress, stop);
        }
        finally
        {
            foreach (var target in targets.Values) target.Dispose();
        }

        foreach (var name in names) Finish(name, ring, now);
        RestoreProgress.Remove(_files, order.To);
        Tell(source, names);
        return 0;
    }

    private static bool IsWithin(string path, string directory) =>
        Path.GetRelativePath(directory, path) is var way && way != ".." && !way.StartsWith("../", StringComparison.Ordinal);

    private void Merge(StoreMerge merge, int partitions, RestoreProgress progress, CancellationToken stop)
    {
        long keys = 0;
        if (progress.Next > 0) output.WriteLine($"Going on at partition {progress.Next} of {partitions}.");
        for (var partition = progress.Next; partition < partitions; partition++)
        {
            stop.ThrowIfCancellationRequested();
            keys += merge.Restore(partition);
            (progress with { Next = partition + 1 }).Write(_files, order.To);
            if ((partition + 1) % Math.Max(1, partitions / 8) == 0)
                output.WriteLine($"  {partition + 1} of {partitions} partitions, {keys:N0} keys");
        }

        merge.Finish();
    }

    private void Judge(RestoreSource source, DateTimeOffset now)
    {
        var manifest = source.Manifest;
        output.WriteLine($"The backup {manifest.Name} of cluster {manifest.Cluster}, {manifest.Nodes.Length} nodes, taken "
            + $"{manifest.Taken:yyyy-MM-dd HH:mm:ss} UTC.");
        foreach (var one in source.Damage) output.WriteLine($"  Damaged: {one.File}: {one.What}");
        if (source.Damage.Count > 0)
            output.WriteLine("  What is sound of damaged tables is used; the rest comes from the other nodes' files, if they have it.");
        if (source.PartitionsWithout is var without and > 0 && !order.DataLoss)
            throw new StartFailure($"Of {without} partitions the backup has no copy that can be read, so that they would come back empty. "
                + "Nothing was made. Take an earlier backup (--name), or restore the others all the same (--data-loss).");
        if (order.Node is not { } node) return;
        if (source.Ring.Table.MemberIndex(node) < 0)
            throw new StartFailure($"{node} (--node) was no member of the ring when the backup was taken; its members were "
                + $"{string.Join(", ", source.Ring.Table.Members.Select(member => member.Name))}. Nothing was made.");
        var age = now - manifest.Taken;
        if (age >= order.DeletionsKept && !order.DeletionsMayReturn)
            throw new StartFailure($"The backup is {age.TotalMinutes:N0} minutes old, and the other members may have forgotten deletions "
                + $"after {order.DeletionsKept.TotalMinutes:N0} (dynamo.anti-entropy.deleted-age-min, --deletions-kept): what was deleted "
                + $"since would come back with this copy. Nothing was made. Start {node} on an empty directory instead, and the other "
                + "owners bring it everything; or, where they have lost more than that is worth, restore with --deletions-may-return.");
    }

    /// <summary>As before, where there are as many.</summary>
    private string[] NamesFor(RestoreSource source)
    {
        var before = source.Ring.Table.Members;
        return before.Length == order.Nodes ? [.. before.Select(member => member.Name)]
            : [.. Enumerable.Range(1, order.Nodes!.Value).Select(number => $"node{number}")];
    }

    private ulong NewCluster(RestoreSource source)
    {
        if (order.Node is not null) return source.Ring.Table.Cluster;
        // Zero is none.
        return BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))) | 1;
    }

    private string DirectoryOf(string node) => order.Node is null ? Path.Combine(order.To, node) : order.To;

    /// <summary>What is not of this restore stays as it is.</summary>
    private static void RequireFree(string directory)
    {
        if (File.Exists(directory)) throw new StartFailure($"{directory} (--to) is a file, not a directory.");
        if (Directory.Exists(directory) && Directory.EnumerateFileSystemEntries(directory).FirstOrDefault() is { } entry)
            throw new StartFailure($"{directory} (--to) is not empty: it holds {Path.GetFileName(entry)}. A node is restored to a new or "
                + "an empty directory. Nothing was changed.");
    }

    private IStorageEngine OpenStore(string directory) => StorageEngines.Open(LsmEngine.EngineName,
        new StorageOptions(StoreSettings.EngineDirectoryIn(directory), _files, new InlineBackgroundWork(), TimeProvider.System)
        {
            Lsm = new LsmOptions { HeadOf = StoredRecords.HeadOf, MemtableBytes = MemtableBytes, CompactionBytesPerSecond = 0 },
        });

    /// <summary>From the marker on it is a node's directory.</summary>
    private void Finish(string name, RestoredRing ring, DateTimeOffset now)
    {
        var journal = Path.Combine(DirectoryOf(name), "journal");
        _files.DeleteDirectory(journal);
        ring.Write(_files, journal, now);
        DataDirectory.MarkRestored(DirectoryOf(name), name, _files);
    }

    private void Tell(RestoreSource source, string[] names)
    {
        foreach (var name in names) output.WriteLine($"{name}: {DirectoryOf(name)}");
        output.WriteLine(order.Node is { } node
            ? $"Start {node} as before, with --data {order.To}: what it knows is merged with what the others do."
            : $"Start each with --name and --data as above and, as seeds (--seed), the others. They are a new cluster, which nodes of "
                + "the old one do not join.");
        if (source.PartitionsWithout is var without and > 0) output.WriteLine($"{without} partitions are empty: no copy of them was left.");
    }
}
