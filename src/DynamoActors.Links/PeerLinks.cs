using System.Collections.Concurrent;
using DynamoActors.Links.Transport;

namespace DynamoActors.Links;

/// <summary>The product's links: connections over an <see cref="ITransport"/>, kept for every address that it is given.</summary>
public sealed class PeerLinks : ILinks
{
    [ThreadStatic]
    private static FrameWriter? _writer;

    /// <summary>Whether a refusal says that the two have no version of the protocol in common.</summary>
    public static bool IsOtherProtocol(string refusal) => refusal.Contains(Introduction.NoneInCommon, StringComparison.Ordinal);

    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<string, PeerRoute> _routes = new(StringComparer.Ordinal);
    private readonly Dictionary<HostPort, OutboundLane[]> _dialled = [];
    private readonly List<InboundLane> _inbound = [];
    private readonly Strangers<InboundLane> _strangers = new(lane => lane.Close("it did not say who it is before many others came"));
    private readonly Queue<Action> _news = new();
    private bool _isTelling;
    private bool _isDisposed;
    private long _now;

    public PeerLinks(ITransport transport, ILinksOwner owner, LinkOptions options)
    {
        Transport = transport;
        Owner = owner;
        Options = options;
    }

    internal ITransport Transport { get; }

    internal ILinksOwner Owner { get; }

    internal LinkOptions Options { get; }

    /// <summary>As of the last tick.</summary>
    internal TimeSpan Now => new(Volatile.Read(ref _now));

    public IReadOnlyList<PeerState> Peers
    {
        get
        {
            lock (_lock)
                return [.. _routes.Values.OrderBy(route => route.Peer.Name, StringComparer.Ordinal)
                    .Select(route => new PeerState(route.Peer, route.IsUp, route.WaitingBytes, route.Clock, route.RoundTrip))];
        }
    }

    public long TurnedAway => _strangers.TurnedAway + Transport.TurnedAway;

    public int Listen() => Transport.Listen(Options.Host, Options.Port, Accept);

    public void SetAddresses(IEnumerable<HostPort> addresses)
    {
        var wanted = addresses.ToHashSet();
        List<OutboundLane> dropped = [];
        lock (_lock)
        {
            if (_isDisposed) return;
            foreach (var address in _dialled.Keys.Where(address => !wanted.Contains(address)).ToList())
            {
                dropped.AddRange(_dialled[address]);
                _dialled.Remove(address);
            }
            foreach (var address in wanted)
                _dialled.TryAdd(address, [new OutboundLane(this, address, Lane.Requests), new OutboundLane(this, address, Lane.Bulk)]);
        }
        foreach (var lane in dropped) lane.Dispose();
    }

    public bool Send<T>(string peer, in FrameHeader header, T message, Action<T, FrameWriter> write, bool isBulk = false)
    {
        if (!_routes.TryGetValue(peer, out var route) || !route.IsUp) return false;
        var writer = _writer ??= new FrameWriter();
        try
        {
            write(message, writer);
            if (writer.Length > Options.FrameBytesMax) return false;
            return route[isBulk || writer.Length > Options.BulkFrameBytes ? Lane.Bulk : Lane.Requests]?.TrySend(header, writer) == true;
        }
        finally
        {
            writer.Clear();
        }
    }

    public void Tick(TimeSpan now)
    {
        Volatile.Write(ref _now, now.Ticks);
        OutboundLane[] outbound;
        InboundLane[] inbound;
        lock (_lock)
        {
            outbound = [.. _dialled.OrderBy(dialled => dialled.Key.Host, StringComparer.Ordinal).ThenBy(dialled => dialled.Key.Port)
                .SelectMany(dialled => dialled.Value)];
            inbound = [.. _inbound];
            foreach (var route in _routes.Values) route.IsSilent = now - route.HeardAt > Options.SilenceMax;
            foreach (var route in InOrder()) Review(route, $"nothing heard for {Options.SilenceMax.TotalSeconds:0.#} s");
        }
        foreach (var lane in outbound) lane.Tick(now);
        foreach (var lane in inbound) lane.Tick(now);
        TellNews();
    }

    public void Dispose()
    {
        OutboundLane[] outbound;
        InboundLane[] inbound;
        lock (_lock)
        {
            if (_isDisposed) return;
            _isDisposed = true;
            outbound = [.. _dialled.Values.SelectMany(lanes => lanes)];
            inbound = [.. _inbound];
            _dialled.Clear();
        }
        Transport.StopListening();
        foreach (var lane in outbound) lane.Dispose();
        foreach (var lane in inbound) lane.Close("this node closed the link");
    }

    // ---- What lanes tell

    internal void Ready(OutboundLane lane, Peer peer)
    {
        List<Action> closing = [];
        lock (_lock)
        {
            var route = RouteOf(peer, closing);
            route[lane.Lane] = lane;
            route.HeardAt = Now;
            route.IsSilent = false;
            Review(route, "");
        }
        Settle(closing);
    }

    internal void Lost(OutboundLane lane, Peer peer, string reason)
    {
        lock (_lock)
        {
            if (!_routes.TryGetValue(peer.Name, out var route) || route[lane.Lane] != lane) return;
            route[lane.Lane] = OtherLaneTo(peer, lane);
            Review(route, reason);
        }
        TellNews();
    }

    internal void Opened(InboundLane lane, Peer peer)
    {
        List<Action> closing = [];
        _strangers.Remove(lane);
        lock (_lock)
        {
            var route = RouteOf(peer, closing);
            route.Inbound.Add(lane);
            Review(route, "");
        }
        Settle(closing);
    }

    internal void Closed(InboundLane lane, Peer? peer, string reason)
    {
        _strangers.Remove(lane);
        lock (_lock)
        {
            _inbound.Remove(lane);
            if (peer is null || !_routes.TryGetValue(peer.Name, out var route) || !route.Inbound.Remove(lane)) return;
            Review(route, reason);
        }
        TellNews();
    }

    internal void Answered(OutboundLane lane, Peer peer, long askedAt, long answeredAt)
    {
        long heard = Owner.Elapsed;
        lock (_lock)
        {
            if (!_routes.TryGetValue(peer.Name, out var route) || route[lane.Lane] != lane) return;
            route.HeardAt = Now;
            route.RoundTrip = TimeSpan.FromMilliseconds(heard - askedAt);
            route.Clock = TimeSpan.FromMilliseconds(answeredAt - (askedAt + heard) / 2);
            route.IsSilent = false;
            Review(route, "");
        }
        TellNews();
    }

    internal void SendControl(FrameSender sender, ushort kind, Action<FrameWriter> write, long requestId = 0, ulong clock = 0)
    {
        var writer = new FrameWriter();
        write(writer);
        sender.TrySend(new FrameHeader(kind, 0, 0, 0, requestId, 0, clock), writer);
    }

    // ---- Routes

    private InboundLane Accept(ITransportConnection connection)
    {
        var lane = new InboundLane(this, connection);
        lock (_lock)
            if (!_isDisposed) _inbound.Add(lane);
        _strangers.Add(lane);
        return lane;
    }

    /// <summary>Another incarnation takes the place of the one before, whose connections are closed.</summary>
    private PeerRoute RouteOf(Peer peer, List<Action> closing)
    {
        var route = _routes.GetOrAdd(peer.Name, static (_, met) => new PeerRoute(met), peer);
        if (route.Peer == peer) return route;
        foreach (var old in route.Inbound.ToList()) closing.Add(() => old.Close("its node was started again"));
        route.Inbound.Clear();
        foreach (var lane in (Lane[])[Lane.Requests, Lane.Bulk])
        {
            if (route[lane] is { } old && old.Peer != peer) closing.Add(() => old.Reset("its node was started again", Now));
            route[lane] = null;
        }
        Review(route, "it was started again");
        route.Peer = peer;
        return route;
    }

    private OutboundLane? OtherLaneTo(Peer peer, OutboundLane lost)
    {
        foreach (var lanes in _dialled.Values)
            if (lanes[(int)lost.Lane] is var other && other != lost && other.Peer == peer) return other;
        return null;
    }

    private IEnumerable<PeerRoute> InOrder() => _routes.Values.OrderBy(route => route.Peer.Name, StringComparer.Ordinal);

    private void Review(PeerRoute route, string reason)
    {
        // Whoever is asked knows the time of whom it asks.
        bool isUp = route.IsWhole && route.Clock is not null && !route.IsSilent && !_isDisposed;
        if (isUp == route.IsUp) return;
        route.IsUp = isUp;
        var peer = route.Peer;
        _news.Enqueue(isUp ? () => Owner.Up(peer) : () => Owner.Down(peer, reason));
    }

    private void Settle(List<Action> closing)
    {
        foreach (var close in closing) close();
        TellNews();
    }

    /// <summary>In the order in which it happened, and outside of the lock.</summary>
    private void TellNews()
    {
        while (true)
        {
            Action news;
            lock (_lock)
            {
                if (_isTelling || !_news.TryDequeue(out news!)) return;
                _isTelling = true;
            }
            try
            {
                news();
            }
            finally
            {
                lock (_lock) _isTelling = false;
            }
        }
    }
}
