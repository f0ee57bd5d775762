using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;

namespace Akka.Cluster;

/// <summary>
/// Looks for a cluster at the seed nodes and tells its parent which one to join. The first seed node forms the cluster itself when every
/// other one has said to be in none, or when seed-node-timeout has passed without any that is.
/// </summary>
internal sealed class SeedNodeProcess : ReceiveActor
{
    private static readonly TimeSpan _askInterval = TimeSpan.FromMilliseconds(250);

    private readonly Cluster _cluster;
    private readonly ImmutableList<Address> _others;
    private readonly bool _isFirstSeed;
    private readonly TimeSpan _startedAt;
    private readonly Cancelable _timer;
    private readonly HashSet<Address> _inNoCluster = [];
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private bool _hasWarned;

    public SeedNodeProcess(Cluster cluster, ImmutableList<Address> seedNodes)
    {
        _cluster = cluster;
        _others = seedNodes.Remove(cluster.SelfAddress);
        _isFirstSeed = seedNodes[0] == cluster.SelfAddress;
        _startedAt = cluster.System.Scheduler.MonotonicClock;
        _timer = new Cancelable(cluster.System.Scheduler);
        Receive<AskAgain>(_ => Ask());
        Receive<InitJoinAck>(Consider);
        Receive<InitJoinNack>(nack => Count(nack.From));
    }

    private TimeSpan Waited => _cluster.System.Scheduler.MonotonicClock - _startedAt;

    protected override void PreStart()
    {
        Ask();
        _cluster.System.Scheduler.ScheduleTellRepeatedly(_askInterval, _askInterval, Self, new AskAgain(), Self, _timer);
    }

    protected override void PostStop() => _timer.Cancel();

    private void Ask()
    {
        if (_isFirstSeed && Waited > _cluster.Settings.SeedNodeTimeout)
        {
            _log.Info("Cluster Node [{0}] - found no cluster at {1} within {2}", _cluster.SelfAddress, string.Join(", ", _others), _cluster.Settings.SeedNodeTimeout);
            Join(_cluster.SelfAddress);
            return;
        }
        if (!_isFirstSeed && !_hasWarned && Waited > _cluster.Settings.SeedNodeTimeout)
        {
            _hasWarned = true;
            _log.Warning("Cluster Node [{0}] - no seed node is in a cluster yet ({1}); keeps asking", _cluster.SelfAddress, string.Join(", ", _others));
        }
        foreach (var seed in _others)
            ClusterPaths.CoreOf(_cluster.System, seed).Tell(new InitJoin(_cluster.Settings.MustAgree), Self);
    }

    private void Consider(InitJoinAck ack)
    {
        if (ack.Settings == _cluster.Settings.MustAgree)
        {
            Join(ack.From);
            return;
        }
        // Not to be counted among those in no cluster: forming a second one beside it is the worst that could happen.
        _inNoCluster.Remove(ack.From);
        _log.Error(
            "Cluster Node [{0}] - cannot join [{1}]: it has {2}, here {3}. Give all nodes the same", _cluster.SelfAddress, ack.From, ack.Settings, _cluster.Settings.MustAgree);
    }

    private void Count(Address from)
    {
        _inNoCluster.Add(from);
        if (_isFirstSeed && _others.All(_inNoCluster.Contains)) Join(_cluster.SelfAddress);
    }

    private void Join(Address address)
    {
        Context.Parent.Tell(new ClusterCommand.JoinTo(address), Self);
        Context.Stop(Self);
    }

    private sealed record AskAgain;
}
