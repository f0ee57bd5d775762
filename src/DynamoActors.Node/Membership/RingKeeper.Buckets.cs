using Akka.Actor;
using DynamoActors.Core.Buckets;
using DynamoActors.Core.Security;
using DynamoActors.Links;
using DynamoActors.Node.Messages;

namespace DynamoActors.Node.Membership;

/// <summary>
/// Bucket settings and tokens: a change is made durable here, told to every node that can be reached until it says that it has it, and
/// acknowledged when all of them have. A node that is away meanwhile gets it when it is back.
/// </summary>
internal sealed partial class RingKeeper
{
    private static readonly TimeSpan _spreadInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>The number of the last change that was made here to each bucket, counted from this actor's start.</summary>
    private readonly SortedDictionary<string, ulong> _ownChanges = new(StringComparer.Ordinal);

    /// <summary>Likewise to each token, by its id.</summary>
    private readonly SortedDictionary<string, ulong> _ownTokens = new(StringComparer.Ordinal);

    private readonly List<AwaitedChange> _awaited = [];
    private ulong _lastChange;

    private void OnSetBucket(SetBucket set)
    {
        var known = _state.BucketOf(set.Bucket);
        // What was known here when it was made is earlier, whatever the clocks say.
        var now = _clock.Tick();
        var version = known.With(set.Fields, set.Settings, now > known.Latest ? now : known.Latest.Next());
        var asker = Sender;
        Persist(version, stored =>
        {
            Apply(stored);
            _ownChanges[set.Bucket] = ++_lastChange;
            Spread(asker, () => new BucketStored(set.Bucket, _state.BucketOf(set.Bucket).Settings));
        });
    }

    private void OnSetToken(SetToken set)
    {
        var asker = Sender;
        Persist(set.Token, stored =>
        {
            Apply(stored);
            _ownTokens[stored.Id] = ++_lastChange;
            Spread(asker, () => new TokenStored(_state.Tokens[stored.Id]));
        });
    }

    private void Spread(IActorRef asker, Func<object> answer)
    {
        TellMembers();
        _awaited.Add(new AwaitedChange(_lastChange, asker, answer, Now + _settings.RequestTimeout));
        SpreadChanges();
    }

    private void SpreadChanges()
    {
        foreach (var (name, peer) in _peers)
        {
            if (peer.ChangesTaken == _lastChange || peer.ChangesSent == _lastChange && Now - peer.ChangesSentAt < _spreadInterval) continue;
            (peer.ChangesSent, peer.ChangesSentAt) = (_lastChange, Now);
            var lacking = _ownChanges.Where(change => change.Value > peer.ChangesTaken).Select(change => _state.BucketOf(change.Key));
            var tokens = _ownTokens.Where(change => change.Value > peer.ChangesTaken).Select(change => _state.Tokens[change.Key]);
            KeeperOf(name).Tell(new BucketsChanged([.. lacking], _incarnation, _lastChange) { Tokens = [.. tokens] }, Self);
        }
        AnswerAwaited();
    }

    private void OnBucketsTaken(BucketsTaken taken)
    {
        if (taken.You != _incarnation || Sender is not PeerActor { Peer: var name } || !_peers.TryGetValue(name, out var peer)) return;
        peer.ChangesTaken = Math.Max(peer.ChangesTaken, taken.Change);
        AnswerAwaited();
    }

    private void AnswerAwaited() => _awaited.RemoveAll(change =>
    {
        if (Now < change.Until && _peers.Values.Any(peer => peer.ChangesTaken < change.Number)) return false;
        change.Asker.Tell(change.Answer());
        return true;
    });

    private void OnBucketsChanged(BucketsChanged changed)
    {
        var asker = Sender;
        object[] news = [.. changed.Buckets.Where(_state.IsNews), .. changed.Tokens.Where(_state.IsNews)];
        Learn(news, learned: () =>
        {
            if (changed.Change > 0) asker.Tell(new BucketsTaken(changed.Incarnation, changed.Change), Self);
        });
    }

    private void Learn(object[] news, Action learned)
    {
        int left = news.Length;
        if (left == 0)
        {
            learned();
            return;
        }
        PersistAll(news, stored =>
        {
            Apply(stored);
            if (--left > 0) return;
            TellMembers();
            learned();
        });
    }

    /// <param name="Until">When it is acknowledged also without those that have not answered.</param>
    private sealed record AwaitedChange(ulong Number, IActorRef Asker, Func<object> Answer, TimeSpan Until);
}

/// <summary>How far a node that can be reached is with the changes made here. Another incarnation starts over.</summary>
internal sealed class RingPeerState(ulong incarnation)
{
    public ulong Incarnation { get; } = incarnation;

    /// <summary>The last change of bucket settings or tokens made here that it has, durably.</summary>
    public ulong ChangesTaken { get; set; }

    /// <summary>The last one that it was told of, and when.</summary>
    public ulong ChangesSent { get; set; }

    public TimeSpan ChangesSentAt { get; set; }
}
