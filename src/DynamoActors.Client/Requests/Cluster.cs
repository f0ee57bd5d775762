using System.Collections.Concurrent;
using DynamoActors.Client.Routing;
using DynamoActors.Client.Telemetry;
using DynamoActors.Client.Wire;
using Microsoft.Extensions.Logging;

namespace DynamoActors.Client.Requests;

/// <summary>
/// The nodes that are known, which of them answer, and the ring once one has told it. It does nothing by itself: requests look whether a
/// lost node is due to be asked, and their answers tell that there is a newer ring. Any thread.
/// </summary>
internal sealed class Cluster(HttpMessageInvoker http, ClusterSettings settings, ILogger log)
{
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromMilliseconds(450);
    private static readonly TimeSpan RingTimeout = TimeSpan.FromSeconds(2);

    /// <summary>A node that goes on naming another ring than it gives, or has an older one, is not asked for it with each answer.</summary>
    private static readonly TimeSpan RingPause = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentDictionary<Uri, KnownNode> _nodes = new();
    private readonly Lock _taking = new();
    private volatile Everybody? _everybody;
    private volatile RingMap? _ring;
    private int _turn;
    private int _isAsking;
    private long _askAgainAt;

    public TimeProvider Time => settings.Time;

    public RingMap? Ring => _ring;

    public Everybody Everybody => _everybody ??= EverybodyIn(null);

    /// <summary>Whom to ask for a key, in which order; asks meanwhile, beside it, what is not known.</summary>
    /// <param name="bucket">Null: any node will do.</param>
    /// <param name="key">Not empty where there is a bucket.</param>
    public List<KnownNode> CandidatesFor(string? bucket, ReadOnlySpan<byte> key)
    {
        var ring = _ring;
        var owners = ring == null || bucket == null || !settings.AsksOwners ? [] : ring.OwnersOf(bucket, key);
        var candidates = Candidates.InOrder(owners, Everybody, Interlocked.Increment(ref _turn));
        foreach (var node in candidates)
        {
            if (node.TryTakeProbe(Time)) _ = ProbeAsync(node);
        }

        if (ring == null && settings.AsksOwners) AskForRing(candidates[0]);
        return candidates;
    }

    /// <summary>A node has answered, and named the epoch of its ring.</summary>
    public void Answered(KnownNode node, ulong? epoch)
    {
        if (node.Answered()) log.LogInformation("{Node} answers again", node.Address.Authority);
        if (settings.AsksOwners && epoch is > 0 && epoch != _ring?.Epoch) AskForRing(node);
    }

    /// <summary>It could not be reached, did not answer in time, or is not ready.</summary>
    public void Failed(KnownNode node, string why)
    {
        if (node.Failed(Time)) TellOfLoss(node, why);
    }

    /// <summary>Another one answered first.</summary>
    /// <param name="node">Asked before that one.</param>
    /// <param name="askedAt">By <see cref="TimeProvider.GetTimestamp"/>.</param>
    public void Lost(KnownNode node, long askedAt)
    {
        if (node.Lost(Time, askedAt)) TellOfLoss(node, "others, asked later, answered before it several times in a row");
    }

    /// <summary>Asks the nodes one after another until one tells a ring. False: none did.</summary>
    public async Task<bool> LearnRingAsync(CancellationToken cancellation)
    {
        foreach (var node in CandidatesFor(null, []))
        {
            if (await TryLearnRingFromAsync(node, cancellation)) return true;
        }

        return false;
    }

    /// <summary>The reason why a node does not serve; null where it does.</summary>
    public async Task<string?> WhyNotReadyAsync(KnownNode node, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var limit = Time.CreateTimer(
            static patience => ((CancellationTokenSource)patience!).Cancel(), patience, ProbeTimeout, Timeout.InfiniteTimeSpan);
        try
        {
            using var message = new HttpRequestMessage(HttpMethod.Get, new Uri(node.Address, "/health/ready"));
            using var answer = await NodeAnswer.ReadAsync(
                node.Address, await http.SendAsync(message, patience.Token), streams: false, patience.Token);
            if (answer.Status != 200)
                return StoreJson.Read(answer.Body, StoreJson.Default.HealthPage)?.Reason is { } reason
                    ? $"{node.Address.Authority}: {reason}" : answer.Detail;
            Answered(node, answer.Epoch);
            return null;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return $"{node.Address.Authority}: no answer within {ProbeTimeout.TotalMilliseconds:N0} ms.";
        }
        catch (Exception e) when (IsOfNetwork(e))
        {
            return $"{node.Address.Authority}: {e.Message}";
        }
    }

    private static bool IsOfNetwork(Exception e) => e is HttpRequestException or OperationCanceledException or IOException;

    private KnownNode Known(Uri address) => _nodes.GetOrAdd(address, static address => new KnownNode(address));

    private async Task ProbeAsync(KnownNode node)
    {
        await Task.Yield();
        if (await WhyNotReadyAsync(node, CancellationToken.None) is { } why) log.LogDebug("Still not: {Why}", why);
    }

    private void AskForRing(KnownNode node)
    {
        if (Time.GetUtcNow().UtcTicks < Volatile.Read(ref _askAgainAt) || Interlocked.Exchange(ref _isAsking, 1) == 1) return;
        _ = AskForRingAsync(node);
    }

    private async Task AskForRingAsync(KnownNode node)
    {
        try
        {
            await Task.Yield();
            await TryLearnRingFromAsync(node, CancellationToken.None);
        }
        finally
        {
            Volatile.Write(ref _askAgainAt, (Time.GetUtcNow() + RingPause).UtcTicks);
            Volatile.Write(ref _isAsking, 0);
        }
    }

    private async Task<bool> TryLearnRingFromAsync(KnownNode node, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var limit = Time.CreateTimer(
            static patience => ((CancellationTokenSource)patience!).Cancel(), patience, RingTimeout, Timeout.InfiniteTimeSpan);
        try
        {
            using var message = new HttpRequestMessage(HttpMethod.Get, new Uri(node.Address, "/ring"));
            using var answer = await NodeAnswer.ReadAsync(
                node.Address, await http.SendAsync(message, patience.Token), streams: false, patience.Token);
            if (answer.Status != 200 || StoreJson.Read(answer.Body, StoreJson.Default.RingPage) is not { } page) return false;
            if (RingMap.From(page, node.Address.Scheme, settings.Zone, Known) is not { } ring) return false;
            Take(ring);
            return true;
        }
        catch (Exception e) when (IsOfNetwork(e) && !cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    private void Take(RingMap ring)
    {
        // Two answers that cross leave the older one for a moment: the next answer's epoch mends that.
        lock (_taking)
        {
            if (_ring is { } known && !known.IsReplacedBy(ring)) return;
            (_everybody, _ring) = (EverybodyIn(ring), ring);
        }

        ClientTelemetry.RingLearned();
        log.LogInformation("Ring {Epoch} of cluster {Cluster}, {Members} members", ring.Epoch, ring.Cluster, ring.Members.Count);
    }

    private Everybody EverybodyIn(RingMap? ring)
    {
        var places = settings.AsksOwners ? ring?.Members ?? [] : [];
        // A seed that is a member by the same address is met once, in its zone.
        var near = places.Where(place => place.IsNear).Select(place => place.Node).Distinct().ToArray();
        var far = places.Select(place => place.Node).Concat(settings.Nodes.Select(Known)).Except(near).ToArray();
        if (places.Count == 0) return new Everybody(near, far);
        var members = places.Select(place => place.Node).ToHashSet();
        foreach (var node in _nodes.Values) node.IsMember = members.Contains(node);
        return new Everybody(near, far);
    }

    private void TellOfLoss(KnownNode node, string why)
    {
        ClientTelemetry.NodeLost(node.Address);
        log.LogWarning("{Node} is not asked until it answers again: {Why}", node.Address.Authority, why);
    }
}

/// <param name="Nodes">To begin with.</param>
/// <param name="Zone">Of this process; empty: none.</param>
/// <param name="AsksOwners">Whether the ring is learned and heeded.</param>
/// <param name="Time">The clock and the timers.</param>
internal sealed record ClusterSettings(IReadOnlyList<Uri> Nodes, string Zone, bool AsksOwners, TimeProvider Time);
