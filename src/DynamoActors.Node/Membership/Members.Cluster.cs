using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using DynamoActors.Core.Ring;
using DynamoActors.Links;
using DynamoActors.Node.Messages;

namespace DynamoActors.Node.Membership;

/// <summary>The way into Akka.Cluster, the first ring, and the addresses that peers are looked for at.</summary>
internal sealed partial class Members
{
    private static readonly TimeSpan _introduceInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _stateInterval = TimeSpan.FromSeconds(2);

    /// <summary>A join is in vain while the cluster still takes this node's former life out, which it begins to do at the first one; that
    /// is over within a few rounds of gossip. Asking again costs a message, and an earlier answer still counts.</summary>
    private static readonly TimeSpan _rejoinInterval = TimeSpan.FromSeconds(1);

    /// <summary>Gossip of one cluster has long told everybody by then.</summary>
    private static readonly TimeSpan _apartPatience = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan _strandedPatience = TimeSpan.FromSeconds(6);

    /// <summary>Gossip takes seconds to get around.</summary>
    private static readonly TimeSpan _formerPatience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan _gonePatience = TimeSpan.FromSeconds(10);

    /// <summary>A process that was killed may be taken for living until its silence is noticed.</summary>
    private static readonly TimeSpan _namePatience = TimeSpan.FromSeconds(6);

    private readonly Dictionary<Address, HostPort> _introduced = [];
    private readonly Dictionary<string, string> _namesByRemote = new(StringComparer.Ordinal);
    private readonly HashSet<string> _downed = [];
    private readonly Dictionary<UniqueAddress, TimeSpan> _unreachableSince = [];
    private readonly HashSet<string> _outOfTheRing = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TimeSpan> _nameTakenFirst = new(StringComparer.Ordinal);
    private string _entryWaitsFor = "Looking for the other nodes.";
    private TimeSpan _peersChangedAt;
    private TimeSpan? _introducedAt;
    private TimeSpan? _joinedAt;
    private TimeSpan? _strangersSince;
    private TimeSpan? _nameTakenSince;
    private TimeSpan _stateToldAt;
    private MemberState? _stateTold;
    private bool _isLeader;

    private bool IsInCluster => _cluster.State.Members.Any(member => member.UniqueAddress.Equals(_cluster.SelfUniqueAddress));

    // ---- Addresses

    private void DialKnown()
    {
        var addresses = new HashSet<HostPort>(_introduced.Values);
        foreach (var moved in _state.Moved.Values) AddTo(addresses, moved.Links);
        // Who dialled this node, too: an introduction over Akka.Remote, which takes its time to find a node again, is not waited for.
        foreach (string address in _services.Greeter.Addresses) AddTo(addresses, address);
        if (HostPort.TryParse(_services.Greeter.Own.Links, out var own)) addresses.Remove(own);
        _services.Board.Links.SetAddresses(addresses);
    }

    private static void AddTo(HashSet<HostPort> addresses, string text)
    {
        if (HostPort.TryParse(text, out var address)) addresses.Add(address);
    }

    /// <summary>To all of whom only the Akka address is known.</summary>
    private void Introduce()
    {
        if (_introducedAt is { } at && Now - at < _introduceInterval) return;
        _introducedAt = Now;
        var up = Up.Select(member => member.Greeting.Remote).ToHashSet(StringComparer.Ordinal);
        foreach (var address in Strangers().Where(address => !up.Contains(address.ToString()))) Tell(address, isAnswer: false);
    }

    private IEnumerable<Address> Seeds => _settings.Seeds.Select(Address.Parse);

    private IEnumerable<Address> Strangers() =>
        Seeds
            .Concat(_cluster.State.Members.Select(member => member.Address))
            .Concat((_state.Ring?.Members ?? []).Select(member => Address.Parse(member.Address)))
            .Concat(_state.Moved.Values.Select(moved => Address.Parse(moved.Remote)))
            .Where(address => !address.Equals(_cluster.SelfAddress)).Distinct()
            .OrderBy(address => address.ToString(), StringComparer.Ordinal);

    private void Tell(Address address, bool isAnswer) =>
        Context.ActorSelection($"{address}{Self.Path.ToStringWithoutAddress()}")
            .Tell(new Introduction(_services.Greeter.Own.Links, isAnswer), Self);

    private void OnIntroduction(Introduction introduction)
    {
        if (!HostPort.TryParse(introduction.Links, out var links)) return;
        var address = Sender.Path.Address;
        if (!introduction.IsAnswer && !_ringKeeper.IsNobody()) Tell(address, isAnswer: true);
        if (_introduced.TryGetValue(address, out var known) && known == links) return;
        _introduced[address] = links;
        DialKnown();
    }

    /// <summary>Where a member of the ring is now, to be found there again after a restart of both.</summary>
    private void Remember(Greeting greeting)
    {
        _namesByRemote[greeting.Remote] = greeting.Name;
        if (_state.Ring?.MemberIndex(greeting.Name) is >= 0)
            _ringKeeper.Tell(new MemberMoved(greeting.Name, greeting.Remote, greeting.Links, greeting.Http), Self);
    }

    // ---- Into the cluster

    private void EnterCluster()
    {
        if (_ringKeeper.IsNobody() || IsInCluster || _joinedAt is { } at && Now - at < _rejoinInterval) return;
        switch (ClusterEntry.Decide(EntryFactsNow()))
        {
            case EntryDecision.Join join:
                JoinThrough(_met[join.Peer].Greeting.Remote);
                break;
            case EntryDecision.Form:
                _log.Info("{0} forms a cluster, as {1}", _settings.Name, _cluster.SelfAddress);
                JoinThrough(_cluster.SelfAddress.ToString());
                break;
            case EntryDecision.Wait wait:
                _entryWaitsFor = wait.For;
                break;
        }
    }

    private void JoinThrough(string remote)
    {
        _joinedAt = Now;
        _entryWaitsFor = $"Joining the cluster through {remote}.";
        _cluster.Join(Address.Parse(remote));
    }

    private EntryFacts EntryFactsNow()
    {
        var seeds = Seeds.ToList();
        var here = Up.Select(member => member.Greeting.Remote).Append(_cluster.SelfAddress.ToString()).ToHashSet(StringComparer.Ordinal);
        return new EntryFacts(
            _settings.Name,
            _state.Ring is { } ring ? ring.Members.Select(member => member.Name).ToHashSet(StringComparer.Ordinal) : new HashSet<string>(),
            [.. Up.Select(member => new EntryPeer(member.Greeting.Name, member.State is not null,
                member.State is { IsInCluster: true, IsStopping: false }, member.Epoch, member.State?.Former ?? FormerLife.None,
                member.State?.Side ?? 0))],
            seeds.Count,
            seeds.Count(seed => here.Contains(seed.ToString()) && IsHeard(seed)),
            seeds.Count > 0 && seeds[0].Equals(_cluster.SelfAddress),
            Now - _peersChangedAt,
            _settings.SeedPatience);
    }

    private bool IsHeard(Address seed) =>
        seed.Equals(_cluster.SelfAddress) || Up.Any(member => member.Greeting.Remote == seed.ToString() && member.State is not null);

    // ---- One cluster

    /// <summary>
    /// Nodes that are in clusters which know nothing of each other; or whoever let some in died before it told the rest: these count the
    /// rest as members, the rest do not count them, and Akka.Cluster takes no gossip from whom it does not know.
    /// </summary>
    private void WatchForOtherClusters()
    {
        if (!IsInCluster) return;
        var own = OwnSide();
        foreach (var member in Up)
        {
            // Where both agree with one more, gossip only takes its time.
            if (member.State is not { IsInCluster: true, IsStopping: false } state || IsTogether(member) || state.First == own.First)
            {
                member.ApartSince = null;
                continue;
            }
            member.ApartSince ??= Now;
            bool counts = Counts(member);
            if (Now - member.ApartSince < (counts || state.CountsYou ? _strandedPatience : _apartPatience)) continue;
            if (!ApartClusters.GivesWay(own, new ClusterSide(member.Epoch, state.Side, state.First), counts, state.CountsYou)) continue;
            _services.Front.RequestRestart(counts
                ? $"{_settings.Name} is in a cluster with {member.Greeting.Name}, which does not know of it: whoever let it in has gone "
                    + "since. It starts its actors again and joins once more"
                : $"{_settings.Name} is in a cluster of {own.Together} beside that of {member.Greeting.Name}, which has {state.Side}: "
                    + "it starts its actors again and joins that one");
            return;
        }
    }

    private bool Counts(Member member) => member.State is { Uid: not 0 and var uid } && _cluster.State.Members.Any(
        counted => counted.UniqueAddress.Uid == uid && counted.Address.ToString() == member.Greeting.Remote);

    private bool IsTogether(Member member) => member.State is { IsInCluster: true, CountsYou: true } && Counts(member);

    private ClusterSide OwnSide()
    {
        var together = Up.Where(IsTogether).Select(member => member.Greeting.Remote).Append(_cluster.SelfAddress.ToString()).ToList();
        return new ClusterSide(_state.Epoch, together.Count, together.Min(StringComparer.Ordinal)!);
    }

    /// <summary>
    /// A member whose node was started again elsewhere is dead, and so is one that is out of the ring and cannot be reached: the
    /// leader takes it out of the cluster, since nobody else will. Once it cannot be reached, whoever knows does: the leader may never have
    /// met it, if it moved on at once.
    /// </summary>
    private void TakeOutTheDead()
    {
        if (!IsInCluster) return;
        bool isLeader = _cluster.SelfAddress.Equals(_cluster.State.Leader);
        foreach (var member in _cluster.State.Members)
        {
            if (!isLeader && !_cluster.State.Unreachable.Contains(member)) continue;
            string remote = member.Address.ToString();
            if (member.Status is MemberStatus.Down or MemberStatus.Removed or MemberStatus.Exiting) continue;
            if (NameAt(remote) is not { } name)
            {
                // Nothing is known of it but that it joined, and the cluster agrees on nothing until it is heard or out.
                if (IsSilentForLong(member))
                    TakeOut(member, $"{remote} joined, and fell silent before anybody met it: it is taken out of the cluster");
                continue;
            }
            string? livesAt = name == _settings.Name ? _cluster.SelfAddress.ToString() : _met.GetValueOrDefault(name) is { IsUp: true } met
                ? met.Greeting.Remote : null;
            if (livesAt is not null && livesAt != remote)
                TakeOut(member, $"{name} was started again at {livesAt}: its former address {remote} is taken out of the cluster");
            else if (livesAt is null && IsGoneForGood(name, member))
                TakeOut(member, $"{name} is out of the ring and cannot be reached: it is taken out of the cluster, too");
        }
    }

    /// <summary>Who was given up for dead is no member of the cluster either.</summary>
    private void RememberWhoWentOut(PartitionTable? before, PartitionTable? now)
    {
        if (before is null || now is null) return;
        foreach (var member in before.Members.Where(member => now.MemberIndex(member.Name) < 0))
        {
            _outOfTheRing.Add(member.Name);
            _namesByRemote.TryAdd(member.Address, member.Name);
        }
        _outOfTheRing.ExceptWith(now.Members.Select(member => member.Name));
    }

    private bool IsGoneForGood(string name, Akka.Cluster.Member member) => _outOfTheRing.Contains(name) && IsSilentForLong(member);

    /// <summary>The same process for so long: one that has just started at that address may join, and is not met yet.</summary>
    private bool IsSilentForLong(Akka.Cluster.Member member)
    {
        if (!_cluster.State.Unreachable.Contains(member))
        {
            _unreachableSince.Remove(member.UniqueAddress);
            return false;
        }
        _unreachableSince.TryAdd(member.UniqueAddress, Now);
        return Now - _unreachableSince[member.UniqueAddress] >= _gonePatience;
    }

    private void TakeOut(Akka.Cluster.Member member, string why)
    {
        if (!_downed.Add(member.Address.ToString())) return;
        _log.Info(why);
        _cluster.Down(member.Address);
    }

    private string? NameAt(string remote) =>
        _namesByRemote.GetValueOrDefault(remote)
        ?? _state.Moved.Values.FirstOrDefault(moved => moved.Remote == remote)?.Name
        ?? _state.Ring?.Members.FirstOrDefault(member => member.Address == remote)?.Name;

    /// <summary>Until its silence is noticed, a node that was started again elsewhere seems to have a second one of its name.</summary>
    private bool IsNameTakenForLong(string reason)
    {
        _nameTakenFirst.TryAdd(reason, Now);
        return Now - _nameTakenFirst[reason] >= _namePatience;
    }

    private void OnNameTaken(string reason)
    {
        // Who is in a cluster, or is met by others, was there first.
        if (IsInCluster || Up.Any()) return;
        _nameTakenSince ??= Now;
        if (Now - _nameTakenSince >= _namePatience) _services.Front.RequestEnd(reason);
    }

    /// <summary>Who has met nobody since its start came later, and is of no use there; who has worked with others goes on.</summary>
    private void OnOtherProtocol(string reason)
    {
        if (_met.Count > 0) return;
        _strangersSince ??= Now;
        if (Now - _strangersSince >= _namePatience)
            _services.Front.RequestEnd(
                $"Nobody was met that speaks what this node does, which came last: it needs another release. {reason}");
    }

    // ---- The first ring

    private void TryFormFirstRing()
    {
        if (_state.Ring is not null || !IsInCluster || !_cluster.SelfAddress.Equals(_cluster.State.Leader)) return;
        var up = _cluster.State.Members.Where(member => member.Status == MemberStatus.Up).Select(member => member.Address.ToString())
            .ToList();
        if (up.Count < _settings.InitialMembers) return;
        var members = new List<RingMember>(up.Count);
        foreach (string remote in up)
        {
            if (GreetingAt(remote) is not { Epoch: 0 } greeting) return;
            members.Add(MemberOf(greeting));
        }
        _ringKeeper.Tell(new ProposeFirstRing(members), Self);
    }

    private Greeting? GreetingAt(string remote) =>
        remote == _cluster.SelfAddress.ToString() ? _services.Greeter.Own
            : Up.FirstOrDefault(member => member.Greeting.Remote == remote)?.Greeting;

    // ---- What others are told

    /// <summary>It says so in time: what is said last may not arrive before the links close.</summary>
    private bool IsLeaving => _cluster.SelfMember.Status is MemberStatus.Leaving or MemberStatus.Exiting;

    private MemberState OwnState(bool isStopping = false)
    {
        var side = IsInCluster ? OwnSide() : default;
        return new MemberState(IsInCluster, IsInCluster ? _cluster.State.Members.Count : 0, side.First ?? "", _state.Epoch,
            isStopping || IsLeaving, _services.HasHints(), _wasRemoved, _cluster.SelfUniqueAddress.Uid)
        { Together = side.Together };
    }

    private MemberState StateFor(Member member) => OwnState() with
    {
        CountsYou = Counts(member),
        Former = HasMemberAt(member.Greeting.Remote) ? FormerLife.IsMember : member.FormerUntil > Now ? FormerLife.Met : FormerLife.None,
    };

    private bool HasMemberAt(string remote) => _cluster.State.Members.Any(member => member.Address.ToString() == remote);

    private void TellState()
    {
        _stateTold = OwnState();
        _stateToldAt = Now;
        foreach (var member in Up) KeeperOfMembers(member).Tell(StateFor(member), Self);
    }

    private void TellStateNowAndThen()
    {
        // What has turned up, and is gone then, is not waited for any more.
        foreach (var met in Up.Where(met => met.FormerUntil is not null && HasMemberAt(met.Greeting.Remote))) met.FormerUntil = null;
        if (_cluster.SelfAddress.Equals(_cluster.State.Leader) != _isLeader)
        {
            _isLeader = !_isLeader;
            TellRingKeeper();
        }
        bool isChanged = OwnState() != _stateTold;
        if (isChanged) TellRingKeeper();
        if (isChanged || Now - _stateToldAt >= _stateInterval) TellState();
    }

    // ---- What people see of it

    private void OnClusterMember(ClusterEvent.IMemberEvent changed)
    {
        string remote = changed.Member.Address.ToString();
        if (WhatHappened(changed, remote) is { } happened) _log.Info(happened);
        if (changed is ClusterEvent.MemberRemoved) _downed.Remove(remote);
        TryFormFirstRing();
        TellStateNowAndThen();
        Publish();
    }

    /// <summary>Null: nothing that anybody needs to know, or the end of this node's own part in the cluster.</summary>
    private string? WhatHappened(ClusterEvent.IMemberEvent changed, string remote)
    {
        bool isSelf = remote == _cluster.SelfAddress.ToString();
        if (!isSelf && (IsLeaving || _cluster.SelfMember.Status is MemberStatus.Removed or MemberStatus.Down)) return null;
        string? name = isSelf ? _settings.Name : NameAt(remote);
        string who = isSelf ? _settings.Name : name is null ? remote : $"{name} ({remote})";
        return changed switch
        {
            ClusterEvent.MemberUp => $"{who} is Up in the cluster",
            ClusterEvent.MemberLeft => $"{who} is leaving the cluster",
            ClusterEvent.MemberRemoved when isSelf => null,
            ClusterEvent.MemberRemoved { PreviousStatus: MemberStatus.Exiting } => $"{who} has left the cluster",
            ClusterEvent.MemberRemoved when name is not null && IsUpNow(name) =>
                $"The former process of {who} was taken out of the cluster",
            ClusterEvent.MemberRemoved => $"{who} was taken out of the cluster",
            _ => null,
        };
    }

    private string StatusAt(string remote) =>
        _cluster.State.Members.FirstOrDefault(member => member.Address.ToString() == remote)?.Status.ToString() ?? "Absent";

    private string? LeaderName() => _cluster.State.Leader is not { } leader ? null
        : leader.Equals(_cluster.SelfAddress) ? _settings.Name : NameAt(leader.ToString()) ?? leader.ToString();
}
