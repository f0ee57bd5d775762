using System.Runtime.ExceptionServices;
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
/// <param name="silence">Where none may, a node that says nothing is waited for so long, as one is that stops in the middle of an
/// answer.</param>
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
        var time = new RequestTime(cluster.Time, request.Timeout, cancellation);
        var pause = FirstPause;
        NodeAnswer? told = null;
        try
        {
            while (true)
            {
                var answer = request.IsRead ? await ReadAsync(request, time) : await WriteAsync(request, time);
                // What nodes said tells more than that there was no time for another round.
                if (told is { Status: > 0 } && answer is { Status: 0, Certainty: Certainty.NothingDone }) answer = told;
                told = answer;
                var mayTryAgain = answer is { MayPass: true, Certainty: Certainty.NothingDone } && time.Left > pause;
                if (!mayTryAgain || !request.CanRepeatBody())
                {
                    var took = cluster.Time.GetElapsedTime(began);
                    ClientTelemetry.End(activity, request.Operation, Shown(answer.Certainty), took, answer.ErrorDetail);
                    return answer;
                }

                await Task.Delay(pause, cluster.Time, cancellation);
                pause = pause * 2 < PauseMax ? pause * 2 : PauseMax;
            }
        }
        finally
        {
            time.Return();
        }
    }

    /// <summary>One node after another, while it is certain that nothing was done.</summary>
    private async Task<NodeAnswer> WriteAsync(StoreRequest request, RequestTime time)
    {
        NodeAnswer? told = null;
        foreach (var node in cluster.CandidatesFor(request.Bucket, request.Key.Span))
        {
            if (time.Left <= TimeSpan.Zero) break;
            var answer = await Begin(node, request, time, told == null ? "first" : "retry").Answer;
            if (answer.Certainty != Certainty.NothingDone) return answer;
            // What a node says tells more than that another one could not be reached.
            told = told is { Status: > 0 } && answer.Status == 0 ? told : answer;
            if (!request.CanRepeatBody()) break;
        }

        return told ?? NodeAnswer.NoTime();
    }

    /// <summary>The first good answer; one more node is asked when one is late, or fails.</summary>
    private async Task<NodeAnswer> ReadAsync(StoreRequest request, RequestTime time)
    {
        _hedges.ReadBegan();
        var candidates = cluster.CandidatesFor(request.Bucket, request.Key.Span);
        var running = new List<Attempt>(1);
        NodeAnswer? told = null;
        var (next, why) = (0, "first");
        while (true)
        {
            if (next < candidates.Count && time.Left > TimeSpan.Zero) running.Add(Begin(candidates[next++], request, time, why));
            else if (running.Count == 0) return told ?? NodeAnswer.NoTime();
            else next = candidates.Count;
            // Who was removed from the ring is asked where its members say nothing, and not because they are late.
            var late = next == candidates.Count ? Timeout.InfiniteTimeSpan
                : request.Bucket != null && candidates[next].IsMember && _hedges.HasAny ? _latency.Late : silence;
            why = await FirstOfAsync(running, late) ? "retry" : "hedge";
            if (why == "hedge") _hedges.TryTake();
            for (var index = running.Count - 1; index >= 0; index--)
            {
                if (!running[index].Answer.IsCompleted) continue;
                var answer = await running[index].Answer;
                running.RemoveAt(index);
                if (answer.Certainty == Certainty.Answered)
                {
                    foreach (var overtaken in running) Leave(overtaken, request);
                    return answer;
                }

                told = told is { Status: > 0 } && answer.Status == 0 ? told : answer;
            }
        }
    }

    /// <summary>False where none has ended after so long, nor any answer's bytes go on coming: a large one is not late for its size, and
    /// asked for of a second node it would come later still.</summary>
    private async Task<bool> FirstOfAsync(List<Attempt> running, TimeSpan patience)
    {
        Task first = running is [var only] ? only.Answer : Task.WhenAny(running.Select(attempt => attempt.Answer));
        while (true)
        {
            await first.WaitAsync(patience, cluster.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (first.IsCompleted) return true;
            if (!running.Exists(IsArriving)) return false;
            patience = silence - running.Min(SilentFor);
            if (patience < Least) patience = Least;
        }
    }

    /// <summary>Its answer has begun, and its bytes go on coming.</summary>
    private bool IsArriving(Attempt attempt) => attempt.HasBegun && SilentFor(attempt) < silence;

    private TimeSpan SilentFor(Attempt attempt) => cluster.Time.GetElapsedTime(attempt.HeardAt);

    private Attempt Begin(KnownNode node, StoreRequest request, RequestTime time, string why)
    {
        var attempt = new Attempt(node, cluster.Time.GetTimestamp());
        attempt.Answer = TryAsync(attempt, request, time, why);
        return attempt;
    }

    /// <summary>Another one has answered. Cancelled, it would take its connection with it: it ends by itself, and nobody looks at
    /// it.</summary>
    private void Leave(Attempt overtaken, StoreRequest request)
    {
        overtaken.IsOvertaken = true;
        if (!IsArriving(overtaken)) cluster.Lost(overtaken.Node, overtaken.BeganAt);
        if (!request.Streams) return;
        _ = overtaken.Answer.ContinueWith(
            static late => late.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion,
            TaskScheduler.Default);
    }

    private async Task<NodeAnswer> TryAsync(Attempt attempt, StoreRequest request, RequestTime time, string why)
    {
        var node = attempt.Node;
        var left = time.Left > Least ? time.Left : Least;
        var wayBack = left / 10 < WayBackMax ? left / 10 : WayBackMax;
        ClientTelemetry.Attempt(request.Operation, why, node.Address);
        time.Take();
        try
        {
            using var message = request.ToMessage(node.Address, left - wayBack);
            var response = await http.SendAsync(message, time.End);
            var took = cluster.Time.GetElapsedTime(attempt.BeganAt);
            attempt.Heard(cluster.Time);
            var answer = await NodeAnswer.ReadAsync(
                node.Address, response, request.Streams, time.End, () => attempt.Heard(cluster.Time));
            Note(attempt, request, answer, took);
            return answer;
        }
        catch (Exception) when (request.BodyFailure() is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
            throw;
        }
        catch (OperationCanceledException) when (time.End.IsCancellationRequested)
        {
            time.ThrowIfGivenUp();
            var late = NodeAnswer.Late(node.Address, left);
            // One whose answer is arriving serves: there was more of it than time.
            if (left >= Telling && !IsArriving(attempt)) cluster.Failed(node, late.Detail);
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
        finally
        {
            time.Return();
        }
    }

    /// <param name="attempt">Which.</param>
    /// <param name="request">What was asked.</param>
    /// <param name="answer">Whole.</param>
    /// <param name="time">Until it began: how long its bytes take tells of their number.</param>
    private void Note(Attempt attempt, StoreRequest request, NodeAnswer answer, TimeSpan time)
    {
        if (answer.Status == 0 || answer.Problem == "not-ready") cluster.Failed(attempt.Node, answer.Detail);
        else if (!attempt.IsOvertaken || time < KnownNode.Slow) cluster.Answered(attempt.Node, answer.Epoch);
        // Of those that were overtaken too: without them only the fast ones would say what is late.
        if (request.IsRead && request.Bucket != null && answer.Certainty == Certainty.Answered) _latency.Add(time);
    }

    private static string Shown(Certainty certainty) => certainty switch
    {
        Certainty.Answered => "answered",
        Certainty.NothingDone => "nothing-done",
        _ => "unclear",
    };
}

/// <summary>One node that is asked.</summary>
internal sealed class Attempt(KnownNode node, long beganAt)
{
    private volatile bool _isOvertaken;
    private volatile bool _hasBegun;
    private long _heardAt = beganAt;

    public KnownNode Node { get; } = node;

    public long BeganAt { get; } = beganAt;

    public Task<NodeAnswer> Answer { get; set; } = null!;

    /// <summary>The answer's head has come.</summary>
    public bool HasBegun => _hasBegun;

    /// <summary>When bytes of the answer last came; before that, when it was asked.</summary>
    public long HeardAt => Volatile.Read(ref _heardAt);

    public void Heard(TimeProvider time)
    {
        Volatile.Write(ref _heardAt, time.GetTimestamp());
        _hasBegun = true;
    }

    /// <summary>Another one, asked later, has answered.</summary>
    public bool IsOvertaken
    {
        get => _isOvertaken;
        set => _isOvertaken = value;
    }
}
