using System.Globalization;
using DynamoActors.Pbm.Asking;
using DynamoActors.Storage.Backup;

namespace DynamoActors.Pbm.Backups;

/// <summary>
/// One backup: a checkpoint on every member after one time of the hybrid clock, then their files. Interrupted and begun again, it takes new
/// checkpoints, and what was copied of the old ones is not copied again where the nodes have it still.
/// </summary>
internal sealed class BackupRun(ClusterClient cluster, BackupFolder folder, CopyPace pace, TimeProvider time)
{
    private const int LogicalBits = 16;
    private static readonly TimeSpan _releasePatience = TimeSpan.FromSeconds(5);

    private readonly Throttle _throttle = new(pace.BytesPerSecond, time);
    private readonly SortedDictionary<string, string> _missing = new(StringComparer.Ordinal);
    private readonly Dictionary<string, NodeCopy> _copies = new(StringComparer.Ordinal);

    /// <summary>How long the slowest node took for its checkpoint, in milliseconds.</summary>
    public double SlowestCheckpoint { get; private set; }

    public long BytesDone => Copies.Sum(copy => copy.BytesDone);

    public long BytesTotal => Copies.Sum(copy => copy.BytesTotal);

    public long BytesFetched => Copies.Sum(copy => copy.BytesFetched);

    public int FilesFetched => Copies.Sum(copy => copy.FilesFetched);

    private NodeCopy[] Copies
    {
        get
        {
            lock (_copies) return [.. _copies.Values];
        }
    }

    /// <exception cref="PbmException">Of some partition there is no copy: no backup was made.</exception>
    public async Task<BackupManifest> RunAsync(CancellationToken stop)
    {
        var (node, members) = await MembersAsync(stop);
        var (_, ring) = await node.PageAsync("ring", NodePages.Default.RingPage, stop);
        try
        {
            var at = await TakeCheckpointsAsync([.. ring.Members.Select(member => member.Name)], members, stop);
            Require(ring);
            var nodes = await Task.WhenAll(_copies.OrderBy(copy => copy.Key, StringComparer.Ordinal)
                .Select(copy => CopyAsync(copy.Key, copy.Value, stop)));
            var taken = DateTimeOffset.FromUnixTimeMilliseconds((long)(at >> LogicalBits));
            var manifest = new BackupManifest(taken.ToString("yyyyMMdd'T'HHmmssfff'Z'", CultureInfo.InvariantCulture), at, taken,
                ring.Cluster, ring.Epoch, ring.Owners, [.. nodes.OfType<NodeBackup>()], _missing);
            Require(ring);
            folder.Add(manifest);
            return manifest;
        }
        finally
        {
            await ReleaseAsync();
        }
    }

    private async Task<(NodeClient Node, ClusterPage Members)> MembersAsync(CancellationToken stop)
    {
        var node = await cluster.NodeAsync(stop);
        var (_, page) = await node.PageAsync("cluster", NodePages.Default.ClusterPage, stop);
        return (node, page);
    }

    /// <summary>The first member says what time it is, and takes its checkpoint after that; so do then the others, at once.</summary>
    private async Task<ulong> TakeCheckpointsAsync(string[] names, ClusterPage members, CancellationToken stop)
    {
        ulong at = 0;
        var left = new Queue<string>(names);
        while (at == 0 && left.TryDequeue(out var first)) at = await TakeAsync(first, members, at, stop);
        await Task.WhenAll(left.Select(name => TakeAsync(name, members, at, stop)));
        return at;
    }

    private async Task<ulong> TakeAsync(string name, ClusterPage members, ulong at, CancellationToken stop)
    {
        var http = members.Members.FirstOrDefault(member => member.Name == name)?.Http ?? "";
        if (http.Length == 0)
        {
            Miss(name, "Nobody knows where it takes HTTP.");
            return 0;
        }

        var client = cluster.Patient(http);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(pace.Patience);
        try
        {
            var page = await client.PageAsync(HttpMethod.Post, at == 0 ? "admin/checkpoints" : $"admin/checkpoints?at={at}",
                NodePages.Default.CheckpointPage, limit.Token);
            lock (_copies)
            {
                _copies.Add(name, new NodeCopy(client, name, page.Page, folder, _throttle, pace));
                SlowestCheckpoint = Math.Max(SlowestCheckpoint, page.Page.Took);
            }

            return ulong.Parse(page.Page.At, CultureInfo.InvariantCulture);
        }
        catch (PbmException e)
        {
            Miss(name, e.Message);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            Miss(name, $"No answer within {pace.Patience.TotalSeconds:0} s.");
        }

        return 0;
    }

    private async Task<NodeBackup?> CopyAsync(string name, NodeCopy copy, CancellationToken stop)
    {
        try
        {
            return await copy.RunAsync(stop);
        }
        catch (PbmException e)
        {
            Miss(name, e.Message);
            return null;
        }
    }

    private void Miss(string name, string why)
    {
        lock (_copies) _missing[name] = why;
    }

    private void Require(RingPage ring)
    {
        lock (_copies)
        {
            var without = ring.Owners.Count(owners => owners.All(_missing.ContainsKey));
            if (without == 0) return;
            string[] reasons = [.. _missing.Select(one => $"{one.Key}: {one.Value}"), $"Of {without} of {ring.Owners.Length} partitions no "
                + "owner could be backed up: there is no backup of this time. What was copied is not copied again when you try again."];
            throw new PbmException(ExitCodes.Refused, string.Join(Environment.NewLine, reasons));
        }
    }

    private async Task ReleaseAsync()
    {
        using var limit = new CancellationTokenSource(_releasePatience);
        await Task.WhenAll(Copies.Select(async copy =>
        {
            try
            {
                await copy.ReleaseAsync(limit.Token);
            }
            catch (Exception e) when (e is PbmException or OperationCanceledException)
            {
                // It forgets it by itself.
            }
        }));
    }
}
