using DynamoActors.Pbm.Asking;
using DynamoActors.Storage;
using DynamoActors.Storage.Backup;

namespace DynamoActors.Pbm.Backups;

/// <summary>
/// Brings one node's checkpoint into the folder: what is there already, by name and checksum, is not fetched again, and a file of which a
/// part is there is fetched from there on. Every file is compared with the node's own checksum of it.
/// </summary>
internal sealed class NodeCopy(
    NodeClient node, string name, CheckpointPage checkpoint, BackupFolder folder, Throttle throttle, CopyPace pace)
{
    private const int PieceBytes = 256 * 1024;

    /// <summary>Of the checkpoint's files so far.</summary>
    public long BytesDone { get; private set; }

    public long BytesFetched { get; private set; }

    public int FilesFetched { get; private set; }

    public long BytesTotal => checkpoint.Files.Sum(file => file.Bytes);

    /// <exception cref="PbmException">The node has gone, or does not give the files.</exception>
    /// <exception cref="StorageException">The folder's disk is full, or fails.</exception>
    public async Task<NodeBackup> RunAsync(CancellationToken stop)
    {
        folder.MakeRoomFor(name);
        var files = new List<BackupFile>();
        foreach (var file in checkpoint.Files)
        {
            files.Add(await KnownAsync(file, stop) ?? await FetchAsync(file, stop));
            BytesDone = files.Sum(one => one.Bytes);
        }

        return new NodeBackup(name, [.. files]);
    }

    public async Task ReleaseAsync(CancellationToken stop)
    {
        using var answer = await node.SendAsync(
            new HttpRequestMessage(HttpMethod.Delete, new Uri(node.Address, $"admin/checkpoints/{checkpoint.Id}")), stop);
    }

    private async Task<BackupFile?> KnownAsync(CheckpointFile file, CancellationToken stop)
    {
        var known = folder.Finished(name, file.Name).Where(one => one.Bytes == file.Bytes).ToArray();
        if (known.Length == 0) return null;
        var checksum = await ChecksumAsync(file, stop);
        return known.FirstOrDefault(one => one.Checksum == checksum);
    }

    private async Task<BackupFile> FetchAsync(CheckpointFile file, CancellationToken stop)
    {
        var path = folder.UnfinishedPathOf(name, file.Name);
        // What was left of another time may be of another file of that name: then once more from the start.
        for (var attempt = 0; attempt < 2; attempt++)
        {
            await FetchRestAsync(file, path, stop);
            var whole = new BackupFile(file.Name, file.Bytes, folder.ChecksumOf(path));
            if (whole.Checksum == await ChecksumAsync(file, stop))
            {
                folder.Finish(name, whole);
                FilesFetched++;
                return whole;
            }

            folder.Files.Delete(path);
        }

        throw new PbmException(ExitCodes.Refused, $"{file.Name} has come twice, and was not what {name} holds each time: its disk or the "
            + "network changes bytes.");
    }

    private async Task FetchRestAsync(CheckpointFile file, string path, CancellationToken stop)
    {
        if (!folder.Files.Exists(path)) folder.Files.Open(path, FileOpening.CreateNew).Dispose();
        using var part = folder.Files.Open(path, FileOpening.ReadWrite);
        if (part.Length > file.Bytes) part.SetLength(0);
        var at = part.Length;
        if (at == file.Bytes) return;
        using var limit = Limited(stop);
        using var answer = await AskAsync($"{file.Name}?offset={at}", limit, stop);
        await using var content = await answer.Content.ReadAsStreamAsync(stop);
        var piece = new byte[PieceBytes];
        while (await ReadAsync(content, piece, limit, stop) is var read and > 0)
        {
            part.Write(at, piece.AsSpan(0, read));
            at += read;
            BytesDone += read;
            BytesFetched += read;
            await throttle.PassAsync(read, stop);
        }

        if (at != file.Bytes) throw Gone($"{file.Name} ended after {at} of {file.Bytes} bytes");
    }

    private async Task<uint> ChecksumAsync(CheckpointFile file, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(pace.Patience + TimeSpan.FromSeconds(2.0 * file.Bytes / pace.BytesPerSecond));
        try
        {
            var path = $"admin/checkpoints/{checkpoint.Id}/{file.Name}/checksum?rate={pace.BytesPerSecond}";
            return (await node.PageAsync(path, NodePages.Default.ChecksumPage, limit.Token)).Page.Checksum;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw Gone($"it did not say what the checksum of {file.Name} is");
        }
    }

    private async Task<HttpResponseMessage> AskAsync(string file, CancellationTokenSource limit, CancellationToken stop)
    {
        try
        {
            var request = new HttpRequestMessage(HttpMethod.Get, new Uri(node.Address, $"admin/checkpoints/{checkpoint.Id}/{file}"));
            var answer = await node.SendAsync(request, limit.Token, HttpCompletionOption.ResponseHeadersRead);
            return answer.IsSuccessStatusCode ? answer : throw await node.RefusalAsync(answer, limit.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw Gone("no answer came");
        }
    }

    private async Task<int> ReadAsync(Stream content, byte[] piece, CancellationTokenSource limit, CancellationToken stop)
    {
        limit.CancelAfter(pace.Patience);
        try
        {
            return await content.ReadAsync(piece, limit.Token);
        }
        catch (Exception e) when (e is IOException or HttpRequestException
            || e is OperationCanceledException && !stop.IsCancellationRequested)
        {
            throw Gone(e is OperationCanceledException ? "nothing more came" : e.Message);
        }
    }

    private CancellationTokenSource Limited(CancellationToken stop)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(pace.Patience);
        return limit;
    }

    private PbmException Gone(string how) => new(ExitCodes.NoNode, $"{node.Address}: while it was copied, {how}.");
}

/// <param name="BytesPerSecond">Of all nodes together.</param>
/// <param name="Patience">With a node from which nothing comes.</param>
internal sealed record CopyPace(long BytesPerSecond, TimeSpan Patience);
