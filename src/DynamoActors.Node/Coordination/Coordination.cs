using System.Diagnostics;
using System.Numerics;
using DynamoActors.Core.Quorum;
using DynamoActors.Node.Local;
using DynamoActors.Node.Membership;
using DynamoActors.Node.Messages;
using DynamoActors.Node.Requests;
using DynamoActors.Node.Tracing;

namespace DynamoActors.Node.Coordination;

/// <summary>One request under way. Lives inside its coordinator; never called from two threads.</summary>
internal abstract class Coordination
{
    private static readonly TimeSpan _ringsMeet = TimeSpan.FromMilliseconds(30);

    // A bit for each slot that is to answer.
    private ulong _awaited;
    private int _bytes;
    private Activity? _span;

    protected Coordination(CoordinationServices services, ClientRequest request)
    {
        Services = services;
        Request = request;
        Id = services.NextRequestId();
        Started = services.Now;
        Deadline = Started + (request.Timeout ?? services.Settings.RequestTimeout + request.Longer);
    }

    public long Id { get; }

    /// <summary>Nothing is left to do here; the client was answered, or <see cref="Next"/> will answer it.</summary>
    public bool IsDone { get; private set; }

    /// <summary>What follows a coordination that ended without answering the client; null: it answered.</summary>
    public Coordination? Next { get; private set; }

    // Links of PendingRequests.
    internal Coordination? Earlier { get; set; }
    internal Coordination? Later { get; set; }

    protected CoordinationServices Services { get; }
    protected ClientRequest Request { get; }
    protected TimeSpan Started { get; }
    public TimeSpan Deadline { get; init; }

    /// <summary>The ring as it was when the request began; a request never mixes two epochs.</summary>
    protected RingView Ring { get; private set; } = null!;

    /// <summary>Of the members of that ring.</summary>
    protected PeerHealth Health { get; private set; } = null!;

    protected int Partition { get; private set; }

    /// <summary>Whose children are the replicas' spans; null: the request is not traced.</summary>
    protected TraceParent? Trace { get; private set; }

    /// <summary>Of the span.</summary>
    protected abstract string Name { get; }

    protected byte[] StoreKeyBytes { get; private set; } = [];

    public void Start()
    {
        Ring = Services.Ring!;
        Health = Services.Health;
        Partition = Ring.Table.PartitionOf(Request.Bucket, Request.Key.Span);
        StoreKeyBytes = StoreKey.Object(Partition, Request.Bucket, Request.Key.Span);
        if (Request.Trace is not null) BeginSpan();
        _bytes = StoreKeyBytes.Length + (Request is PutObject put ? put.Value.Length : 0);
        Begin();
    }

    private void BeginSpan()
    {
        _span = Request.Trace.Begin(Name)?.SetTag("dynamo.partition", Partition);
        Trace = _span.AsParent();
    }

    protected abstract void Begin();

    public abstract void OnReply(ReplicaReply reply);

    /// <summary>The links to that node broke: what it was asked and has not answered it never will.</summary>
    public void OnLost(string peer)
    {
        int member = Ring.Table.MemberIndex(peer);
        if (member < 0) return;
        for (ulong awaited = _awaited; awaited != 0 && !IsDone; awaited &= awaited - 1)
        {
            int slot = BitOperations.TrailingZeroCount(awaited);
            if (MemberIn(slot) == member) OnLost(slot);
        }
    }

    protected virtual void OnLost(int slot) => OnReply(new ReplicaRefused(Id, (byte)slot, RefusalReason.Unreachable, Epoch: 0));

    /// <summary>Called every few milliseconds.</summary>
    public void OnTime(TimeSpan now)
    {
        if (now >= Deadline) OnDeadline();
        else if (!IsDone) OnTick(now);
    }

    protected virtual void OnTick(TimeSpan now) { }

    protected abstract void OnDeadline();

    /// <summary>The coordinator is going away.</summary>
    public virtual void Abandon()
    {
        if (!IsDone) Finish(new QuorumNotReached("node", 1, 0, Unknown: true, TimedOut: false));
    }

    /// <summary>Answers the client, and is done.</summary>
    protected void Finish(ClientOutcome outcome)
    {
        IsDone = true;
        Complete(outcome);
    }

    protected void Complete(ClientOutcome outcome)
    {
        _span?.SetTag("dynamo.outcome", outcome.GetType().Name);
        Request.Complete(outcome);
    }

    /// <summary>The client was answered before, and nothing is left to do.</summary>
    protected void End() => IsDone = true;

    protected void ContinueWith(Coordination next)
    {
        IsDone = true;
        Next = next;
    }

    /// <summary>The member in that slot was sent something that it is to answer.</summary>
    protected void Asked(int slot)
    {
        int member = MemberIn(slot);
        if (member == Ring.Self) return;
        _awaited |= 1UL << slot;
        Health.Sent(member, _bytes);
    }

    /// <summary>Each of those asked will answer with about so many bytes, to judge by what this node itself has.</summary>
    protected void ExpectFromOthers(int bytes)
    {
        _bytes += bytes;
        for (ulong awaited = _awaited; awaited != 0; awaited &= awaited - 1) Health.Expected(
            MemberIn(BitOperations.TrailingZeroCount(awaited)), bytes);
    }

    /// <summary>It has answered; a second answer counts for nothing.</summary>
    protected void Heard(int slot)
    {
        if ((_awaited >> slot & 1) == 0) return;
        _awaited &= ~(1UL << slot);
        Health.Done(MemberIn(slot), _bytes);
    }

    /// <summary>Nothing more is waited for.</summary>
    public void Release()
    {
        while (_awaited != 0) Heard(BitOperations.TrailingZeroCount(_awaited));
        _span?.Dispose();
    }

    protected abstract int MemberIn(int slot);

    protected bool IsBusy(int member) => Health.Busy.Contains(member);

    /// <summary>What to say where owners that are busy would be needed; null: none of the key's is.</summary>
    protected ClientOutcome? TooBusy()
    {
        if (Ring.Avoided.Count == 0) return null;
        var busy = new List<string>();
        foreach (ushort owner in Ring.Owners(Partition))
            if (Ring.Avoided.Contains(owner)) busy.Add(Ring.NameOf(owner));
        return busy.Count == 0 ? null
            : new NodeOverloaded(
                TimeSpan.FromSeconds(1), $"{string.Join(" and ", busy)} cannot keep up with what this node asks (dynamo.peer).");
    }

    /// <summary>Whether the replica refused because it goes by another ring. Whoever is behind learns the other's.</summary>
    protected bool GoesByAnotherRing(ReplicaReply reply)
    {
        if (reply is not ReplicaRefused { Reason: RefusalReason.NotOwner, Epoch: > 0 } refused) return false;
        if (refused.Epoch != Ring.Table.Epoch && MemberIn(refused.Slot) != Ring.Self)
            Services.Differs(Ring.NameOf(MemberIn(refused.Slot)), refused.Epoch);
        return true;
    }

    /// <summary>Whether another ring has been learned since the request began.</summary>
    protected bool IsOvertaken => Services.Ring!.Table.Epoch > Ring.Table.Epoch;

    /// <summary>Whether to try once more what replicas refused that go by another ring: this node has learned theirs, or they have had time
    /// to learn this one's.</summary>
    protected bool IsTimeToBeginAgain(TimeSpan now) => IsOvertaken || now - Started >= _ringsMeet;

    protected static QuorumNotReached Missed(QuorumDecision missing, bool unknown, bool timedOut) =>
        new(missing.What!, missing.Required, missing.Reached, unknown, timedOut);
}
