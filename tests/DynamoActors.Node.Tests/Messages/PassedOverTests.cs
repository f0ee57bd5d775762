using Akka.Actor;
using Akka.Event;
using DynamoActors.Core.Versioning;
using DynamoActors.Links;
using DynamoActors.Node.Messages;
using DynamoActors.Node.Requests;

namespace DynamoActors.Node.Tests.Messages;

/// <summary>A frame for whose body there was no room: both sides count the replica as one that could not do it.</summary>
public sealed class PassedOverTests : IDisposable
{
    private const uint Vnode = 7, Asker = 4000;

    private readonly ActorSystem _system = ActorSystem.Create("board");
    private readonly SentMessages _sent = new();
    private readonly Switchboard _board;
    private readonly Peer _peer = new("n2", 1);

    public PassedOverTests() => _board = new Switchboard(
        new NodeClock(() => 1, () => TimeSpan.FromSeconds(1)), new NoGreeter(), NoLogger.Instance)
    {
        Links = _sent,
    };

    public void Dispose() => _system.Terminate().Wait(TimeSpan.FromSeconds(20));

    [Fact]
    public void A_write_is_refused_to_the_one_that_wants_an_answer()
    {
        PassOver(new WriteReplica(99, 2, 5, false, false, new byte[] { 1 }, new byte[] { 2 }));
        var (to, header, message) = _sent.All.ShouldHaveSingleItem();
        (to, header.To).ShouldBe(("n2", Asker));
        message.ShouldBe(new ReplicaRefused(99, 2, RefusalReason.Overloaded, Epoch: 0));
        (header.RequestId, header.Slot).ShouldBe((99, (byte)2));
    }

    [Fact]
    public void A_read_repair_wants_none()
    {
        PassOver(new WriteReplica(WriteReplica.NoReply, 2, 5, false, false, new byte[] { 1 }, new byte[] { 2 }));
        _sent.All.ShouldBeEmpty();
    }

    [Fact]
    public void A_put_that_was_handed_on_is_answered_as_too_much_work_so_that_another_owner_is_asked()
    {
        PassOver(typeof(ForwardedPut), requestId: 98);
        var answer = _sent.All.ShouldHaveSingleItem().Message.ShouldBeOfType<ForwardedPutAnswer>();
        answer.RequestId.ShouldBe(98);
        answer.Outcome.ShouldBeOfType<NodeOverloaded>();
    }

    [Fact]
    public async Task An_answer_that_had_no_room_here_is_a_refusal_to_the_one_that_asked()
    {
        var told = new TaskCompletionSource<object>();
        _board.Register(new ActorAddress(Vnode), _system.ActorOf(Props.Create(typeof(Reader), told)));
        PassOver(new ReplicaRead(97, 1, new byte[] { 1 }));
        (await told.Task.WaitAsync(TimeSpan.FromSeconds(20))).ShouldBe(new ReplicaRefused(97, 1, RefusalReason.Overloaded, Epoch: 0));
        _sent.All.ShouldBeEmpty();
    }

    [Fact]
    public void What_may_be_lost_is_lost_and_an_unknown_kind_as_well()
    {
        PassOver(new ReplicaRead(97, 1, new byte[] { 1 }));
        PassOver(new BucketsChanged([], 0, 0));
        ((ILinksOwner)_board).PassedOver(_peer, new FrameHeader(60_000, 0, Vnode, Asker, 1, 0, 0));
        _sent.All.ShouldBeEmpty();
    }

    private void PassOver(object message) => PassOver(message.GetType(), (message as IOfRequest)?.RequestId ?? 0,
        (message as IOfRequest)?.Slot ?? 0);

    private void PassOver(Type type, long requestId, byte slot = 0)
    {
        var kind = Enumerable.Range(0, MessageKinds.NumberMax + 1).Select(number => MessageKinds.Numbered((ushort)number))
            .First(kind => kind?.Type == type)!;
        ((ILinksOwner)_board).PassedOver(_peer, new FrameHeader(kind.Number, slot, Vnode, Asker, requestId, 0, 0));
    }

    private sealed class Reader : ReceiveActor
    {
        public Reader(TaskCompletionSource<object> told) => ReceiveAny(message => told.TrySetResult(message));
    }

    private sealed class SentMessages : ILinks
    {
        public List<(string To, FrameHeader Header, object Message)> All { get; } = [];

        public bool Send<T>(string peer, in FrameHeader header, T message, Action<T, FrameWriter> write, bool isBulk = false)
        {
            All.Add((peer, header, ((ValueTuple<MessageKind, object>)(object)message!).Item2));
            return true;
        }

        public IReadOnlyList<PeerState> Peers => [];

        public long TurnedAway => 0;

        public int Listen() => 0;

        public void SetAddresses(IEnumerable<HostPort> addresses)
        {
        }

        public void Tick(TimeSpan now)
        {
        }

        public void Dispose()
        {
        }
    }

    internal sealed class NoGreeter : IGreeter
    {
        public ReadOnlyMemory<byte> Greeting() => default;

        public GreetingVerdict Judge(ReadOnlyMemory<byte> greeting) => GreetingVerdict.Refuse("");
    }
}
