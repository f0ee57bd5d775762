using Akka.Actor;
using Akka.Event;

namespace Akka.Tests.Actor;

public sealed class StashSpec : ActorSpec
{
    [Fact]
    public void Unstashed_messages_come_before_the_mailbox_in_their_order_and_with_their_sender()
    {
        IActorRef actor = ActorOf(() => new Opening());
        var other = CreateTestProbe();
        actor.Tell(1);
        other.Send(actor, 2);
        actor.Tell(3);
        actor.Tell("open");
        actor.Tell(4);
        ExpectMsg(1);
        other.ExpectMsg(2);
        ExpectMsg(3);
        ExpectMsg(4);
    }

    [Fact]
    public void A_restart_puts_what_was_stashed_back_into_the_mailbox()
    {
        IActorRef actor = ActorOf(() => new Opening());
        actor.Tell(1);
        actor.Tell(2);
        EventFilter.Exception<InvalidOperationException>("boom").ExpectOne(() => actor.Tell(new InvalidOperationException("boom")));
        actor.Tell("open");
        ExpectMsg(1);
        ExpectMsg(2);
    }

    [Fact]
    public void What_is_stashed_when_the_actor_stops_becomes_dead_letters()
    {
        IActorRef actor = ActorOf(() => new Opening());
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        actor.Tell(1);
        actor.Tell(PoisonPill.Instance);
        DeadLetter letter = ExpectMsg<DeadLetter>();
        letter.Message.ShouldBe(1);
        letter.Recipient.ShouldBe(actor);
        letter.Sender.ShouldBe(TestActor);
    }

    private sealed class Opening : ReceiveActor, IWithUnboundedStash
    {
        public Opening()
        {
            Receive<string>(_ =>
            {
                Stash.UnstashAll();
                Become(() => Receive<int>(number => Sender.Tell(number)));
            });
            Receive<Exception>(e => throw e);
            ReceiveAny(_ => Stash.Stash());
        }

        public IStash Stash { get; set; } = null!;
    }
}
