using Akka.Actor;
using Akka.Event;

namespace Akka.Remote;

/// <summary>
/// Asks every node on which an actor is watched for a sign of life, and gives up on those that stay silent: their watchers are told,
/// and the incarnation is quarantined. Watches themselves go straight to the watched actor's node.
/// </summary>
internal sealed class RemoteWatcher : ReceiveActor, IWithTimers
{
    private readonly Remoting _remoting;
    private readonly Dictionary<Address, WatchedNode> _nodes = [];

    public RemoteWatcher(Remoting remoting)
    {
        _remoting = remoting;
        Receive<WatchRemote>(watch => Add(watch.Watchee, watch.Watcher));
        Receive<UnwatchRemote>(unwatch => Remove(unwatch.Watchee, unwatch.Watcher));
        Receive<Heartbeat>(_ => Sender.Tell(new HeartbeatRsp(_remoting.Uid)));
        Receive<HeartbeatRsp>(response => Hear(Sender.Path.Address, response.AddressUid));
        Receive<HeartbeatTick>(_ => AskForSignsOfLife());
        Receive<ReapUnreachableTick>(_ => GiveUpOnTheSilent());
        Receive<NodeEnded>(ended => _nodes.Remove(ended.Address));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        Timers.StartPeriodicTimer(nameof(HeartbeatTick), HeartbeatTick.Instance, _remoting.Settings.WatchHeartbeatInterval);
        Timers.StartPeriodicTimer(nameof(ReapUnreachableTick), ReapUnreachableTick.Instance, _remoting.Settings.WatchReaperInterval);
    }

    private void Add(IInternalActorRef watchee, IInternalActorRef watcher)
    {
        var address = watchee.Path.Address;
        if (!_nodes.TryGetValue(address, out var node))
        {
            _nodes[address] = node = new WatchedNode(
                new PhiAccrualFailureDetector(_remoting.Settings.WatchPhiAccrual), _remoting.Now + _remoting.Settings.WatchFirstHeartbeat);
            AskForSignOfLife(address);
        }
        node.Pairs.Add((watchee, watcher));
    }

    private void Remove(IInternalActorRef watchee, IInternalActorRef watcher)
    {
        var address = watchee.Path.Address;
        if (!_nodes.TryGetValue(address, out var node)) return;
        node.Pairs.Remove((watchee, watcher));
        if (node.Pairs.Count == 0) _nodes.Remove(address);
    }

    private void Hear(Address address, int uid)
    {
        if (!_nodes.TryGetValue(address, out var node)) return;
        node.Uid = uid;
        node.Detector.Heartbeat(_remoting.Now);
    }

    private void AskForSignsOfLife()
    {
        foreach (var address in _nodes.Keys) AskForSignOfLife(address);
    }

    private void AskForSignOfLife(Address address) =>
        _remoting.Provider.CreateRemoteRef(new RootActorPath(address) / "system" / Self.Path.Name).Tell(Heartbeat.Instance, Self);

    private void GiveUpOnTheSilent()
    {
        var now = _remoting.Now;
        foreach (var (address, node) in _nodes.ToArray())
        {
            // The clock starts also for a node that never answers.
            if (!node.Detector.IsMonitoring && now >= node.FirstSignDue) node.Detector.Heartbeat(now);
            if (node.Detector.IsAvailable(now) || _remoting.Provider.IsWatchedElsewhere(address)) continue;
            _nodes.Remove(address);
            _remoting.Log.Warning("{0} is given up on: it shows no sign of life, and its watched actors count as ended", address);
            _remoting.Quarantine(address, node.Uid, "it shows no sign of life");
            // A node never met cannot be quarantined, but its watchers have to be told all the same.
            _remoting.AddressTerminated(address);
        }
    }

    private sealed class WatchedNode(PhiAccrualFailureDetector detector, TimeSpan firstSignDue)
    {
        public HashSet<(IInternalActorRef Watchee, IInternalActorRef Watcher)> Pairs { get; } = [];
        public PhiAccrualFailureDetector Detector { get; } = detector;
        public TimeSpan FirstSignDue { get; } = firstSignDue;
        public int? Uid { get; set; }
    }

    internal sealed record WatchRemote(IInternalActorRef Watchee, IInternalActorRef Watcher);

    internal sealed record UnwatchRemote(IInternalActorRef Watchee, IInternalActorRef Watcher);

    /// <summary>Everything on that node has ended: there is nothing left to watch.</summary>
    internal sealed record NodeEnded(Address Address);

    internal sealed record Heartbeat : IDeadLetterSuppression
    {
        public static readonly Heartbeat Instance = new();
    }

    internal sealed record HeartbeatRsp(int AddressUid) : IDeadLetterSuppression;

    private sealed record HeartbeatTick
    {
        public static readonly HeartbeatTick Instance = new();
    }

    private sealed record ReapUnreachableTick
    {
        public static readonly ReapUnreachableTick Instance = new();
    }
}
