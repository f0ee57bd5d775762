using DynamoActors.Client.Routing;
using DynamoActors.Client.Telemetry;

namespace DynamoActors.Client.Requests;

/// <summary>
/// Brings a request to a node that answers it, within its time. A write goes to the next node only where nothing was done by the one
/// before; a read goes to the next whenever one is late or fails.
/// </summary>
/// <param name="http">The connections.</param>
/// <param name="cluster">Whom to ask.</param>
/// <param name="hedgedShare">The share of reads that may be asked of two.</param>
/// <param name="silence">Where none may, a node that says nothing is waited for so long.</param>
internal sealed class Courier(HttpMessageInvoker http, Cluster cluster, double hedgedShare, TimeSpan silence)
{
    /// <summary>Of a request's time, for the answer's way back: the node's own word comes before the caller stops waiting.</summary>
    private static readonly TimeSpan WayBackMax = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(1);

    /// <summary>A caller with less time than this says nothing of the node.</summary>
    private static readonly TimeSpan Telling = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan PauseMax = TimeSpan.FromMilliseconds(500);

    private readonly ReadLatency _latency = new();
    private readonly HedgeBudget _hedges = new(hedgedShare);

    /// <exception cref="OperationCanceledException">The caller gave up; what became of a write is unknown.</exception>
    public async Task<NodeAnswer> SendAsync(StoreRequest request, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using var activity = ClientTelemetry.Begin(request.Operation, request.Bucket);
        var began = cluster.Time.GetTimestamp();
        var deadline = new Deadline(cluster.Time, request.Timeout);
        var pause = FirstPause;
        NodeAnswer? told = null;
        while (true)
        {
            var answer = request.IsRead
                ? await ReadAsync(request, deadline, cancellation)
                : await WriteAsync(request, deadline, cancellation);
            // What nodes said tells more than that there was no time for another round.
            if (told is { Status: > 0 } && answer is { Status: 0, Certainty: Certainty.NothingDone }) answer = told;
            told = answer;
            var isOver = !answer.MayPass || answer.Certainty != Certainty.NothingDone || deadline.Left <= pause || !request.CanRepeatBody();
            if (isOver)
            {
                ClientTelemetry.End(
                    activity, request.Operation, Shown(answer.Certainty), cluster.Time.GetElapsedTime(began), answer.Detail);
                return answer;
            }

            await Task.Delay(pause, cluster.Time, cancellation);
            pause = pause * 2 < PauseMax ? pause * 2 : PauseMax;
        }
    }

    /// <summary>One node after another, while it is certain that nothing was done.</summary>
    private async Task<NodeAnswer> WriteAsync(StoreRequest request, Deadline deadline, CancellationToken cancellation)
    {
        NodeAnswer? told = null;
        foreach (var node in cluster.CandidatesFor(request.Bucket, request.Key.Span))
        {
            if (deadline.Left <= TimeSpan.Zero) break;
            var answer = await TryAsync(node, request, deadline, told == null ? "first" : "retry", cancellation, cancellation);
            if (answer.Certainty != Certainty.NothingDone) return answer;
            // What a node says tells more than that another one could not be reached.
            told = told is { Status: > 0 } && answer.Status == 0 ? told : answer;
            if (!request.CanRepeatBody()) break;
        }

        return told ?? NodeAnswer.NoTime();
    }

    /// <summary>The first good answer; one more node is asked when one is late, or fails.</summary>
    private async Task<NodeAnswer> ReadAsync(StoreRequest request, Deadline deadline, CancellationToken cancellation)
    {
        _hedges.ReadBegan();
        using var won = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var running = new List<(Task<NodeAnswer> Answer, KnownNode Node)>();
        NodeAnswer? told = null;
        var candidates = cluster.CandidatesFor(request.Bucket, request.Key.Span);
        var why = "first";
        foreach (var node in candidates)
        {
            if (deadline.Left <= TimeSpan.Zero) break;
            running.Add((TryAsync(node, request, deadline, why, won.Token, cancellation), node));
            var isLast = node == candidates[^1];
            var late = isLast ? Timeout.InfiniteTimeSpan : request.Bucket != null && _hedges.HasAny ? _latency.Late : silence;
            why = await FirstOfAsync(running, late, cancellation) ? "retry" : "hedge";
            if (why == "hedge") _hedges.TryTake();
            if (await GoodOfAsync(running) is { } good) return await EndAsync(good, running, won);
        }

        while (running.Count > 0)
        {
            await FirstOfAsync(running, Timeout.InfiniteTimeSpan, cancellation);
            if (await GoodOfAsync(running) is { } good) return await EndAsync(good, running, won);
        }

        return told ?? NodeAnswer.NoTime();

        // Takes those that have ended out of the running ones.
        async Task<NodeAnswer?> GoodOfAsync(List<(Task<NodeAnswer> Answer, KnownNode Node)> all)
        {
            foreach (var ended in all.Where(one => one.Answer.IsCompleted).ToList())
            {
                all.Remove(ended);
                var answer = await ended.Answer;
                if (answer.Certainty == Certainty.Answered) return answer;
                told = told is { Status: > 0 } && answer.Status == 0 ? told : answer;
            }

            return null;
        }
    }

    /// <summary>False where none has ended after so long.</summary>
    private async Task<bool> FirstOfAsync(
        List<(Task<NodeAnswer> Answer, KnownNode Node)> running, TimeSpan patience, CancellationToken cancellation)
    {
        var first = Task.WhenAny(running.Select(one => one.Answer));
        if (patience == Timeout.InfiniteTimeSpan || first.IsCompleted)
        {
            await first;
            return true;
        }

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var isFirst = await Task.WhenAny(first, Task.Delay(patience, cluster.Time, ended.Token)) == first;
        await ended.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
        return isFirst;
    }

    private async Task<NodeAnswer> EndAsync(
        NodeAnswer good, List<(Task<NodeAnswer> Answer, KnownNode Node)> late, CancellationTokenSource won)
    {
        await won.CancelAsync();
        foreach (var (answer, node) in late)
        {
            cluster.Lost(node);
            _ = answer.ContinueWith(
                static late => late.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion,
                TaskScheduler.Default);
        }

        return good;
    }

    /// <param name="node">Whom to ask.</param>
    /// <param name="request">What.</param>
    /// <param name="deadline">Until when.</param>
    /// <param name="why">For metrics.</param>
    /// <param name="unwanted">The answer is not needed any more.</param>
    /// <param name="cancellation">The caller has given up.</param>
    private async Task<NodeAnswer> TryAsync(
        KnownNode node, StoreRequest request, Deadline deadline, string why, CancellationToken unwanted, CancellationToken cancellation)
    {
        var left = deadline.Left > Least ? deadline.Left : Least;
        var wayBack = left / 10 < WayBackMax ? left / 10 : WayBackMax;
        ClientTelemetry.Attempt(request.Operation, why, node.Address);
        var began = cluster.Time.GetTimestamp();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(unwanted);
        await using var limit = cluster.Time.CreateTimer(
            static patience => ((CancellationTokenSource)patience!).Cancel(), patience, left, Timeout.InfiniteTimeSpan);
        try
        {
            using var message = request.ToMessage(node.Address, left - wayBack);
            var response = await http.SendAsync(message, patience.Token);
            var answer = await NodeAnswer.ReadAsync(node.Address, response, request.Streams, patience.Token);
            Note(node, request, answer, cluster.Time.GetElapsedTime(began));
            return answer;
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            cancellation.ThrowIfCancellationRequested();
            var late = NodeAnswer.Late(node.Address, left);
            if (!unwanted.IsCancellationRequested && left >= Telling) cluster.Failed(node, late.Detail);
            return late;
        }
        catch (HttpRequestException e) when (e.HttpRequestError is
            HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError)
        {
            var notSent = NodeAnswer.NotSent(node.Address, e.Message);
            cluster.Failed(node, notSent.Detail);
            return notSent;
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            var broken = NodeAnswer.Broken(node.Address, e.Message);
            cluster.Failed(node, broken.Detail);
            return broken;
        }
    }

    private void Note(KnownNode node, StoreRequest request, NodeAnswer answer, TimeSpan time)
    {
        if (answer.Status == 0 || answer.Problem == "not-ready") cluster.Failed(node, answer.Detail);
        else cluster.Answered(node, answer.Epoch);
        if (request.IsRead && request.Bucket != null && answer.Certainty == Certainty.Answered) _latency.Add(time);
    }

    private static string Shown(Certainty certainty) => certainty switch
    {
        Certainty.Answered => "answered",
        Certainty.NothingDone => "nothing-done",
        _ => "unclear",
    };
}

/// <summary>When a request's time is over.</summary>
internal readonly struct Deadline(TimeProvider time, TimeSpan timeout)
{
    private readonly long _began = time.GetTimestamp();

    public TimeSpan Left => timeout - time.GetElapsedTime(_began);
}
