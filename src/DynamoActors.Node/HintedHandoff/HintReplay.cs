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

namespace DynamoActors.Node.HintedHandoff;

/// <summary>
/// Delivers the hints for one owner, in order of key, with so many under way as <see cref="DeliveryWindow"/> allows and no faster than the
/// budget, and has each removed once the owner has it durably. Stops when all were tried, or when the owner is silent; the keeper of hints
/// starts another.
/// </summary>
internal sealed class HintReplay : ReceiveActor, IWithTimers
{
    private const int PageKeys = 256;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(3);

    private readonly HintServices _services;
    private readonly string _owner;
    private readonly DeliveryWindow _window = new();
    private readonly ByteBudget _budget;
    private readonly Dictionary<long, Delivery> _underWay = [];
    private readonly Queue<(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value)> _page = new();
    private ReadOnlyMemory<byte> _from;
    private RingView _ring = null!;
    private bool _isScanned;
    private long _lastId;
    private long _delivered;
    private TimeSpan _lastAnswer;

    public HintReplay(HintServices services, string owner)
    {
        _services = services;
        _owner = owner;
        _from = StoreKey.HintsOf(owner);
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
            if (!TryNext(out var key, out var hint)) break;
            Send(key, hint);
        }
        if (_underWay.Count == 0 && _page.Count == 0 && _isScanned) End();
    }

    private bool TryNext(out ReadOnlyMemory<byte> key, out ReadOnlyMemory<byte> hint)
    {
        if (_page.Count == 0 && !_isScanned) ReadPage();
        bool found = _page.TryDequeue(out var next);
        (key, hint) = next;
        return found;
    }

    private void ReadPage()
    {
        using var hints = _services.Engine.Scan(_from, StoreKey.Behind(StoreKey.HintsOf(_owner)));
        while (_page.Count < PageKeys && hints.MoveNext()) _page.Enqueue((hints.Key.ToArray(), hints.Value));
        _isScanned = _page.Count < PageKeys;
        // The next page begins right behind this one's last key.
        if (!_isScanned) _from = (byte[])[.. _page.Last().Key.Span, 0];
    }

    private void Send(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> hint)
    {
        var (_, objectKey) = StoreKey.SplitHint(key);
        int partition = StoreKey.PartitionOf(objectKey.Span);
        long age = Context.System.Scheduler.Now.ToUnixTimeMilliseconds() - Hint.KeptAt(hint.Span);
        var held = Hint.ObjectIn(hint);
        if (age > _services.AgeMax.TotalMilliseconds || held.IsEmpty && !_services.Engine.TryGet(objectKey.Span, out held))
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
        Context.Parent.Tell(new HintsDelivered(_owner, _delivered));
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
