using Akka.Actor;
using Akka.Event;

namespace Akka.Tests.Actor;

public sealed class ReceiveActorSpec : ActorSpec
{
    [Theory]
    [InlineData("small", "short text small")]
    [InlineData("a rather long text", "text a rather long text")]
    [InlineData(3, "number 3")]
    [InlineData(4, "even 4")]
    [InlineData(2.5, "any 2.5")]
    public void The_first_handler_that_fits_takes_the_message(object message, string handled)
    {
        ActorOf(() => new Sorter()).Tell(message);
        ExpectMsg(handled);
    }

    [Fact]
    public void A_handler_of_a_base_class_takes_what_derives_from_it()
    {
        ActorOf(() => new OfBase()).Tell(new ArgumentNullException("key"));
        ExpectMsg("ArgumentNullException");
    }

    [Fact]
    public void What_no_handler_takes_is_published_as_unhandled()
    {
        IActorRef actor = ActorOf(() => new OfBase());
        Sys.EventStream.Subscribe(TestActor, typeof(UnhandledMessage));
        actor.Tell("text");
        UnhandledMessage unhandled = ExpectMsg<UnhandledMessage>();
        unhandled.Message.ShouldBe("text");
        unhandled.Recipient.ShouldBe(actor);
        unhandled.Sender.ShouldBe(TestActor);
    }

    [Fact]
    public void A_handler_behind_one_that_takes_everything_is_refused()
    {
        EventFilter.Exception<ActorInitializationException>(contains: "takes every message").ExpectOne(() => ActorOf(() => new Shadowed()));
    }

    [Fact]
    public void Become_replaces_the_behaviour_and_a_stacked_one_uncovers_it_again()
    {
        IActorRef actor = ActorOf(() => new Phases());
        actor.Tell("where");
        ExpectMsg("first");
        actor.Tell("become");
        actor.Tell("where");
        ExpectMsg("second");
        actor.Tell("stack");
        actor.Tell("where");
        ExpectMsg("third");
        actor.Tell("unstack");
        actor.Tell("where");
        ExpectMsg("second");
        actor.Tell("unstack");
        actor.Tell("where");
        ExpectMsg("first");
    }

    [Fact]
    public void A_behaviour_chosen_in_the_constructor_is_the_one_it_starts_with()
    {
        ActorOf(() => new StartsElsewhere()).Tell("where");
        ExpectMsg("elsewhere");
    }

    [Fact]
    public void An_actor_created_with_new_says_what_to_do() =>
        Should.Throw<ActorInitializationException>(() => new OfBase()).Message.ShouldContain("ActorOf(Props.Create<OfBase>())");

    private sealed class Sorter : ReceiveActor
    {
        public Sorter()
        {
            Receive<string>(text => text.Length < 6, text => Sender.Tell($"short text {text}"));
            Receive<string>(text => Sender.Tell($"text {text}"));
            Receive<int>(number =>
            {
                if (number % 2 != 0)
                    return false;
                Sender.Tell($"even {number}");
                return true;
            });
            Receive<int>(number => Sender.Tell($"number {number}"));
            ReceiveAny(any => Sender.Tell(FormattableString.Invariant($"any {any}")));
        }
    }

    private sealed class OfBase : ReceiveActor
    {
        public OfBase() => Receive<ArgumentException>(e => Sender.Tell(e.GetType().Name));
    }

    private sealed class Shadowed : ReceiveActor
    {
        public Shadowed()
        {
            ReceiveAny(_ => { });
            Receive<string>(_ => { });
        }
    }

    private sealed class Phases : ReceiveActor
    {
        public Phases()
        {
            Receive<string>(text => text == "become", _ => Become(Second));
            Receive<string>(text => text == "where", _ => Sender.Tell("first"));
        }

        private void Second()
        {
            Receive<string>(text => text == "stack", _ => BecomeStacked(Third));
            Receive<string>(text => text == "unstack", _ => UnbecomeStacked());
            Receive<string>(_ => Sender.Tell("second"));
        }

        private void Third()
        {
            Receive<string>(text => text == "unstack", _ => UnbecomeStacked());
            Receive<string>(_ => Sender.Tell("third"));
        }
    }

    private sealed class StartsElsewhere : ReceiveActor
    {
        public StartsElsewhere()
        {
            Receive<string>(_ => Sender.Tell("initial"));
            Become(() => Receive<string>(_ => Sender.Tell("elsewhere")));
        }
    }
}
