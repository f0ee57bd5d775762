using System.Collections.Immutable;
using Akka.Actor;
using DynamoActors.Core.Buckets;
using DynamoActors.Core.Quorum;
using DynamoActors.Node.Membership;
using DynamoActors.Node.Messages;
using DynamoActors.Node.Requests;

namespace DynamoActors.Node.Listing;

/// <summary>
/// One page of keys. Asks every node once for the first keys of all its replicas together, and goes on with those behind until the page is
/// full. Every replica that can be reached is asked, so that a key which a single one acknowledged is found too; a majority of each must
/// answer.
/// </summary>
internal sealed class KeyListing : ReceiveActor, IWithTimers
{
    private const int KeysPerRoundMin = 64;
    private const int KeysPerRoundMax = 4096;

    private readonly InspectionServices _services;
    private readonly RingView _ring;
    private readonly ListKeys _request;
    private readonly List<ReadOnlyMemory<byte>> _live = [];
    private readonly SortedDictionary<int, ReplicaKeysListed> _answers = [];
    private readonly HashSet<int> _silent = [];
    private ImmutableArray<int> _asked = [];
    private ListingPlan _plan = null!;
    private ReadOnlyMemory<byte> _after;
    private long _round;
    private int _keysMax;
    private bool _isLate;
    private bool _isAnswered;

    public KeyListing(InspectionServices services, RingView ring, ListKeys request)
    {
        _services = services;
        _ring = ring;
        _request = request;
        _after = request.After;
        Receive<ReplicaKeysListed>(OnListed);
        Receive<Late>(_ => OnLate());
        Receive<Deadline>(_ => OnDeadline());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        if (!ResolvedQuorum.TryResolve(_ring.Bucket(_request.Bucket), QuorumOverrides.None, _ring.Table, out var quorum, out var error))
        {
            Finish(new RequestRefused(error.Field, error.Reason));
            return;
        }
        _plan = new ListingPlan(_ring, quorum.N);
        if (_plan.Available < _plan.Required)
        {
            Finish(new QuorumNotReached("r", _plan.Required, _plan.Available, Unknown: false, TimedOut: false));
            return;
        }
        Timers.StartSingleTimer(nameof(Deadline), Deadline.Instance, _request.Timeout ?? _services.Settings.RequestTimeout);
        Ask();
    }

    private void Ask()
    {
        _round++;
        _isLate = false;
        _answers.Clear();
        var all = Enumerable.Range(0, _plan.Slots.Length).Where(member => _plan.Slots[member].Length > 0);
        _asked = [.. all.Where(member => !_silent.Contains(member))];
        // Those that stayed silent are left out for as long as the others suffice.
        if (_plan.CoveredBy(_asked, _ => []) < _plan.Required) _asked = [.. all];
        // Twice as many from round to round: a long run of deleted keys, which fill no page, is crossed in few.
        _keysMax = Math.Clamp(Math.Max(_request.Limit + 1 - _live.Count, 2 * _keysMax), KeysPerRoundMin, KeysPerRoundMax);
        foreach (int member in _asked)
            _ring.Peers[member].Inspector.Tell(
                new ListReplicaKeys(MemberRequest.Id(_round, member), _request.Bucket, _request.Prefix, _after, _keysMax,
                    _plan.Slots[member]), Self);
        Timers.StartSingleTimer(nameof(Late), Late.Instance, _services.Settings.HedgeMax);
    }

    private void OnListed(ReplicaKeysListed listed)
    {
        int member = MemberRequest.Member(listed.RequestId);
        if (MemberRequest.Question(listed.RequestId) != _round || !_asked.Contains(member)) return;
        _answers[member] = listed;
        TryMerge();
    }

    private void OnLate()
    {
        _isLate = true;
        TryMerge();
    }

    private void TryMerge()
    {
        bool isComplete = _answers.Count == _asked.Length;
        if (!isComplete && !_isLate) return;
        int covered = Covered();
        if (covered >= _plan.Required) Merge();
        else if (isComplete) Finish(new QuorumNotReached("r", _plan.Required, covered, Unknown: false, TimedOut: false));
    }

    private int Covered() => _plan.CoveredBy(_answers.Keys, member => _answers[member].Refused);

    private void Merge()
    {
        foreach (int member in _asked)
            if (!_answers.ContainsKey(member)) _silent.Add(member);
        var merge = new KeyMerge(_ring.Bucket(_request.Bucket).Policy == ConflictPolicy.Lww, _services.Clock.ClusterUnixMilliseconds);
        foreach (var listed in _answers.Values) merge.Add(listed);
        foreach (var key in merge.Live())
        {
            if (_live.Count == _request.Limit)
            {
                FinishPage(_live[^1]);
                return;
            }
            _live.Add(key);
        }
        if (merge.CompleteTo is not { } last)
        {
            FinishPage(next: null);
            return;
        }
        _after = last;
        Ask();
    }

    /// <summary>Where it got anywhere the client can go on from there: a long run of deleted keys must not make a listing
    /// impossible.</summary>
    private void OnDeadline()
    {
        if (_after.Span.SequenceEqual(_request.After.Span))
            Finish(new QuorumNotReached("r", _plan.Required, Covered(), Unknown: false, TimedOut: true));
        else
            FinishPage(_after);
    }

    private void FinishPage(ReadOnlyMemory<byte>? next) => Finish(new KeysListed([.. _live], next));

    private void Finish(ClientOutcome outcome)
    {
        _isAnswered = true;
        _request.Complete(outcome);
        Context.Stop(Self);
    }

    protected override void PostStop()
    {
        if (!_isAnswered) _request.Complete(new QuorumNotReached("node", 1, 0, Unknown: false, TimedOut: false));
    }

    private sealed class Late
    {
        public static readonly Late Instance = new();
    }

    private sealed class Deadline
    {
        public static readonly Deadline Instance = new();
    }
}
