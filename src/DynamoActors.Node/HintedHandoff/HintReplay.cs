using System.Diagnostics;
using Akka.Actor;
using DynamoActors.Core.Buckets;
using DynamoActors.Core.Ring;
using DynamoActors.Node.Local;
using DynamoActors.Node.Membership;
using DynamoActors.Node.Messages;
using DynamoActors.Node.Tracing;
using DynamoActors.Node.Transfers;
using DynamoActors.Node.Vnodes;
using DynamoActors.Storage;

namespace DynamoActors.Node.HintedHandoff;

/// <summary>
/// Delivers the hints for one owner, in order of key, with so many under way as <see cref="DeliveryWindow"/> allows and no faster than the
/// budget, and has each removed once the owner has it durably. What is damaged is left. Stops when all were tried, or when the owner is
/// silent; the keeper of hints starts another.
/// </summary>
internal sealed class HintReplay : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(3);

    private readonly HintServices _services;
    private readonly string _owner;
    private readonly DeliveryWindow _window = new();
    private readonly ByteBudget _budget;
    private readonly Dictionary<long, Delivery> _underWay = [];
    private readonly HintReader _hints;
    private RingView _ring = null!;
    private long _lastId;
    private long _delivered;
    private TimeSpan _lastAnswer;

    public HintReplay(HintServices services, string owner)
    {
        _services = services;
        _owner = owner;
        _hints = new HintReader(services.Engine, owner, services.Vnodes.Length);
        _budget = new ByteBudget(services.BytesPerSecond);
        Receive<ReplicaWritten>(written => OnAnswered(written.RequestId, taken: true));
        Receive<ReplicaRefused>(refused => OnAnswered(refused.RequestId, taken: false));
        Receive<CheckSilence>(_ => StopIfSilent());
        Receive<GoOn>(_ => SendMore());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private TimeSpan Now => Context.System.Scheduler.HighResMonotonicClock;

    protected override void PreStart()
    {
        _lastAnswer = Now;
        Timers.StartPeriodicTimer(nameof(CheckSilence), CheckSilence.Instance, _patience);
        SendMore();
    }

    private void SendMore()
    {
        // Somebody has seen a ring, or nobody would have found that the owner can be reached.
        _ring = _services.Ring.View!;
        while (_underWay.Count < _window.Size)
        {
            if (_budget.Wait(Now) is { Ticks: > 0 } wait)
            {
                Timers.StartSingleTimer(nameof(GoOn), GoOn.Instance, wait);
                return;
            }
            if (!_hints.TryNext(out var key, out var hint))
            {
                if (_underWay.Count == 0) End();
                return;
            }
            Send(key, hint);
        }
    }

    private void Send(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> hint)
    {
        var (_, objectKey) = StoreKey.SplitHint(key);
        int partition = StoreKey.PartitionOf(objectKey.Span);
        long age = Context.System.Scheduler.Now.ToUnixTimeMilliseconds() - Hint.KeptAt(hint.Span);
        bool isTooOld = age > _services.AgeMax.TotalMilliseconds;
        if (!TryRead(objectKey, hint, out var held) && !isTooOld) return;
        if (isTooOld || held.IsEmpty)
        {
            _services.Vnodes[partition].Tell(new RemoveHint(_owner, key, hint, IsDropped: true));
            return;
        }
        _budget.Spend(key.Length + held.Length + ByteBudget.ObjectCost, Now);
        bool lww = _ring.Bucket(StoreKey.BucketOf(objectKey.Span)).Policy == ConflictPolicy.Lww;
        var takers = TakersOf(partition);
        var here = takers.FindAll(taker => _ring.Peers[taker].Reachable);
        if (here.Count == 0) return;
        long id = ++_lastId;
        var span = Traces.Begin("hint replay")?.SetTag("dynamo.peer", _owner).SetTag("dynamo.partition", partition);
        _underWay.Add(id, new Delivery(partition, key, hint, Now)
        {
            Awaited = here.Count,
            IsKept = here.Count < takers.Count,
            Span = span,
        });
        var write = new WriteReplica(id, Slot: 0, _ring.Table.Epoch, lww, ReportUncovered: false, objectKey, held)
        {
            IsBulk = true,
            Trace = span.AsParent(),
        };
        foreach (ushort taker in here) _ring.Peers[taker].Vnodes[partition].Tell(write);
    }

    /// <summary>What the owner is to have, empty where there is nothing. False: it is damaged here, and stays to be delivered.</summary>
    private bool TryRead(ReadOnlyMemory<byte> objectKey, ReadOnlyMemory<byte> hint, out ReadOnlyMemory<byte> held)
    {
        held = Hint.ObjectIn(hint);
        try
        {
            if (held.IsEmpty) _services.Engine.TryGet(objectKey.Span, out held);
            return true;
        }
        catch (StorageCorruptException damage)
        {
            _hints.PassBy(damage);
            return false;
        }
    }

    /// <summary>The owner itself, and those that are to own what moves: these may have compared all with it already. Where it owns the
    /// partition no longer, or is lost, all who do now and are to.</summary>
    private List<ushort> TakersOf(int partition)
    {
        int member = _ring.Table.MemberIndex(_owner);
        ushort[] owners = _ring.Owners(partition).ToArray(), next = _ring.Table.Next(partition).ToArray();
        return member >= 0 && !IsLost(member) && owners.Concat(next).Contains((ushort)member)
            ? [.. next.Except(owners).Append((ushort)member).Distinct()]
            : [.. owners.Concat(next).Distinct().Where(holder => !IsLost(holder))];
    }

    private bool IsLost(int member) => _ring.Table.Members[member].State == RingMemberState.Lost;

    private void OnAnswered(long id, bool taken)
    {
        _lastAnswer = Now;
        if (!_underWay.TryGetValue(id, out var delivery)) return;
        delivery.IsRefused |= !taken;
        if (--delivery.Awaited > 0) return;
        _underWay.Remove(id);
        delivery.Span?.Dispose();
        _window.Answered(Now - delivery.SentAt, refused: delivery.IsRefused);
        // Once more, when all that are to have it can be reached.
        if (!delivery.IsRefused && !delivery.IsKept)
        {
            _delivered++;
            _services.Vnodes[delivery.Partition].Tell(new RemoveHint(_owner, delivery.Key, delivery.Hint, IsDropped: false));
        }
        SendMore();
    }

    private void StopIfSilent()
    {
        if (_underWay.Count > 0 && Now - _lastAnswer >= _patience) End();
    }

    private void End()
    {
        foreach (var silent in _underWay.Values) silent.Span?.Dispose();
        Context.Parent.Tell(new HintsDelivered(_owner, _delivered, _hints.Damage));
        Context.Stop(Self);
    }

    private sealed class Delivery(int partition, ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> hint, TimeSpan sentAt)
    {
        public int Partition { get; } = partition;
        public ReadOnlyMemory<byte> Key { get; } = key;
        public ReadOnlyMemory<byte> Hint { get; } = hint;
        public TimeSpan SentAt { get; } = sentAt;
        public int Awaited { get; set; }
        public bool IsRefused { get; set; }
        public bool IsKept { get; init; }
        public Activity? Span { get; init; }
    }

    private sealed class GoOn
    {
        public static readonly GoOn Instance = new();
    }

    private sealed class CheckSilence
    {
        public static readonly CheckSilence Instance = new();
    }
}
