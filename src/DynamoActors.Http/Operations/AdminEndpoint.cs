using System.Globalization;
using DynamoActors.Core.Bytes;
using DynamoActors.Core.Versioning;
using DynamoActors.Http.Answers;
using DynamoActors.Http.Problems;
using DynamoActors.Http.Serving;
using DynamoActors.Http.Targets;
using DynamoActors.Node.Requests;
using DynamoActors.Storage;
using DynamoActors.Storage.Backup;
using Microsoft.AspNetCore.Http;

namespace DynamoActors.Http.Operations;

/// <summary>
/// Serves all below <c>/admin/</c>: what operators do with a node's store. It waits for the disk, and so runs on threads of the pool.
/// </summary>
internal sealed class AdminEndpoint(IStoreNode node, IStoreCare care, LogTail? log, TimeProvider time)
{
    private const int PieceBytes = 256 * 1024;
    private const int LinesByDefault = 100;
    private const long RateByDefault = 64 * 1024 * 1024;

    public ValueTask ServeAsync(Exchange exchange, Route route, ReadOnlySpan<char> path, ReadOnlySpan<char> query)
    {
        var parameters = new AdminQuery(route);
        if (!parameters.TryRead(query, out var problem)) return exchange.WriteAsync(problem);
        var names = path.ToString().Split('/');
        return route.Kind switch
        {
            RouteKind.Checkpoints => new ValueTask(Task.Run(() => TakeAsync(exchange, parameters).AsTask())),
            RouteKind.Checkpoint => new ValueTask(Task.Run(() => OfCheckpointAsync(exchange, names, parameters).AsTask())),
            RouteKind.Scrub => AnswerAsync(exchange, exchange.IsRead ? care.Scrub
                : exchange.Request.Method == "POST" ? care.BeginScrub(parameters.Rate) : care.PauseScrub()),
            RouteKind.Log => log is null ? exchange.WriteAsync(RequestProblems.NoSuchRoute(route.Template))
                : FollowAsync(exchange, parameters, log),
            RouteKind.Actors => exchange.WriteJsonAsync(200,
                new ActorsAnswer(node.Name, care.Actors.Select(actor => new ActorAnswer(actor.Path, actor.Type, actor.Waiting))),
                StoreJson.Default.ActorsAnswer),
            _ => new ValueTask(Task.Run(() => RepairAsync(exchange))),
        };
    }

    private async ValueTask FollowAsync(Exchange exchange, AdminQuery query, LogTail log)
    {
        var read = await log.ReadAsync(query.After, query.Lines, query.Wait, time, CancellationToken.None);
        await exchange.WriteJsonAsync(200, new LogAnswer(node.Name, read.Lines, read.Next, read.HasGap), StoreJson.Default.LogAnswer);
    }

    private async ValueTask TakeAsync(Exchange exchange, AdminQuery query)
    {
        var at = query.At ?? node.LaterThan(default);
        if (node.LaterThan(at) < at)
        {
            await exchange.WriteAsync(RequestProblems.BadParameter("at", $"{at.Value}",
                "a time that this node's clock comes to soon: compare the nodes' clocks (pbm cluster show)"));
            return;
        }

        if (care.Checkpoints is not { } checkpoints)
        {
            await exchange.WriteAsync(OutcomeProblems.NotReady("The node's store is closed at this moment."));
            return;
        }

        var began = time.GetTimestamp();
        Checkpoint taken;
        try
        {
            taken = checkpoints.Take();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            await exchange.WriteAsync(ProblemKinds.StoreFailed.Of($"No checkpoint was taken: {e.Message}"));
            return;
        }

        var took = time.GetElapsedTime(began).TotalMilliseconds;
        await exchange.WriteJsonAsync(200, Shown(taken, at.Value.ToString(CultureInfo.InvariantCulture), took),
            StoreJson.Default.CheckpointAnswer);
    }

    /// <param name="path">The checkpoint's name, a file's, and <c>checksum</c>; the later ones may be missing.</param>
    private async ValueTask OfCheckpointAsync(Exchange exchange, string[] path, AdminQuery query)
    {
        if (care.Checkpoints?.Find(path[0]) is not { } checkpoint)
        {
            await exchange.WriteAsync(ProblemKinds.NoSuchCheckpoint.Of(
                $"There is no checkpoint {RequestProblems.Shown(path[0])}, or not any more: it was let go, or nobody has asked for it for "
                    + $"{Checkpoints.ForgottenAfter.TotalMinutes:0} minutes, or the node has started since. Take another."));
            return;
        }

        if (path.Length > 1) await OfFileAsync(exchange, checkpoint, path[1], isChecksum: path.Length > 2, query);
        else if (exchange.IsRead) await exchange.WriteJsonAsync(200, Shown(checkpoint, "", 0), StoreJson.Default.CheckpointAnswer);
        else
        {
            care.Checkpoints?.Release(checkpoint.Id);
            await exchange.WriteAsync(204);
        }
    }

    private async ValueTask OfFileAsync(Exchange exchange, Checkpoint checkpoint, string name, bool isChecksum, AdminQuery query)
    {
        try
        {
            using var file = care.Checkpoints?.Open(checkpoint, name);
            if (file is null)
                await exchange.WriteAsync(ProblemKinds.NoSuchCheckpoint.Of(
                    $"The checkpoint {checkpoint.Id} has no file {RequestProblems.Shown(name)}."));
            else if (isChecksum)
                await exchange.WriteJsonAsync(200, new ChecksumAnswer(await ChecksumAsync(checkpoint.Id, name, file, query.Rate)),
                    StoreJson.Default.ChecksumAnswer);
            else if (query.Offset > file.Length)
                await exchange.WriteAsync(RequestProblems.BadParameter(
                    "offset", $"{query.Offset}", $"within the file's {file.Length} bytes"));
            else await exchange.HandOverAsync(context => SendAsync(context, checkpoint.Id, file, query.Offset));
        }
        catch (IOException e) when (e is StorageException or FileNotFoundException or DirectoryNotFoundException
            && !exchange.Response.HasStarted)
        {
            await exchange.WriteAsync(ProblemKinds.StoreFailed.Of($"{name} cannot be read: {e.Message}"));
        }
    }

    private async Task SendAsync(HttpContext context, string checkpoint, IFile file, long offset)
    {
        context.Response.ContentType = "application/octet-stream";
        context.Response.ContentLength = file.Length - offset;
        if (HttpMethods.IsHead(context.Request.Method)) return;
        var piece = new byte[PieceBytes];
        for (var at = offset; file.Read(at, piece) is var read and > 0; at += read)
        {
            await context.Response.Body.WriteAsync(piece.AsMemory(0, read));
            // It is being fetched.
            care.Checkpoints?.Find(checkpoint);
        }
    }

    private async Task<uint> ChecksumAsync(string checkpoint, string name, IFile file, long rate)
    {
        if (care.Checkpoints is { } known && known.TryGetChecksum(name, out var found)) return found;
        var piece = new byte[PieceBytes];
        uint checksum = 0;
        var began = time.GetTimestamp();
        for (long at = 0; file.Read(at, piece) is var read and > 0;)
        {
            checksum = Crc32C.Append(checksum, piece.AsSpan(0, read));
            at += read;
            var early = TimeSpan.FromSeconds((double)at / rate) - time.GetElapsedTime(began);
            if (early > TimeSpan.FromMilliseconds(10)) await Task.Delay(early, time);
            care.Checkpoints?.Find(checkpoint);
        }

        care.Checkpoints?.NoteChecksum(name, checksum);
        return checksum;
    }

    private async Task RepairAsync(Exchange exchange)
    {
        var findings = await care.RepairAsync();
        await exchange.WriteJsonAsync(200,
            new RepairAnswer(node.Name, findings.Select(one => new RepairFinding(one.Path, one.Damage, one.Done, one.Lost))),
            StoreJson.Default.RepairAnswer);
    }

    private ValueTask AnswerAsync(Exchange exchange, ScrubState state) => exchange.WriteJsonAsync(200, new ScrubAnswer(
        node.Name, state.Step.ToString().ToLowerInvariant(), state.Tables, state.TablesRead, state.BytesRead, ShownTime.Of(state.Began),
        ShownTime.Of(state.Ended), state.Damaged), StoreJson.Default.ScrubAnswer);

    private CheckpointAnswer Shown(Checkpoint checkpoint, string at, double took) => new(
        node.Name, checkpoint.Id, at, took, checkpoint.Files.Select(file => new CheckpointFileAnswer(file.Name, file.Bytes)));

    private sealed class AdminQuery(Route route)
        : QueryParameters([.. route.Operations.SelectMany(operation => Parameter.NamesOf(operation.Parameters)).Distinct()])
    {
        public HybridTime? At { get; private set; }

        public long Offset { get; private set; }

        public long Rate { get; private set; } = RateByDefault;

        public long? After { get; private set; }

        public int Lines { get; private set; } = LinesByDefault;

        public TimeSpan Wait { get; private set; }

        protected override Problem? Take(string name, string value)
        {
            if (!WholeNumber.TryParse(value, long.MaxValue, out var number) && !(name == "offset" && value == "0"))
                return RequestProblems.BadParameter(name, value, "a whole number above 0");
            switch (name)
            {
                case "at": At = new HybridTime((ulong)number); break;
                case "offset": Offset = number; break;
                case "after": After = number; break;
                case "lines" when number <= Parameter.LinesMax: Lines = (int)number; break;
                case "wait" when number <= Parameter.WaitMillisecondsMax: Wait = TimeSpan.FromMilliseconds(number); break;
                case "rate": Rate = number; break;
                default:
                    return RequestProblems.BadParameter(name, value,
                        $"at most {(name == "lines" ? Parameter.LinesMax : Parameter.WaitMillisecondsMax)}");
            }

            return null;
        }
    }
}
