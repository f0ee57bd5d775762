using Akka.Actor;
using Akka.Event;

namespace Akka.Tests.Event;

public sealed class EventStreamSpec : ActorSpec
{
    [Fact]
    public void A_subscriber_gets_events_of_its_class_and_of_those_below_once_each()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Animal)).ShouldBeTrue();
        Sys.EventStream.Subscribe(TestActor, typeof(Animal)).ShouldBeFalse();
        Sys.EventStream.Subscribe(TestActor, typeof(Dog));
        Sys.EventStream.Publish(new Dog());
        Sys.EventStream.Publish("no animal");
        Sys.EventStream.Publish(new Cat());
        ExpectMsg<Dog>();
        ExpectMsg<Cat>();
    }

    [Fact]
    public void After_unsubscribing_nothing_comes_any_more()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Cat));
        Sys.EventStream.Subscribe(TestActor, typeof(Dog));
        Sys.EventStream.Unsubscribe(TestActor, typeof(Cat)).ShouldBeTrue();
        Sys.EventStream.Publish(new Cat());
        Sys.EventStream.Publish(new Dog());
        ExpectMsg<Dog>();
        Sys.EventStream.Unsubscribe(TestActor).ShouldBeTrue();
        Sys.EventStream.Unsubscribe(TestActor).ShouldBeFalse();
        Sys.EventStream.Publish(new Dog());
        TestActor.Tell("end");
        ExpectMsg("end");
    }

    [Fact]
    public void A_subscriber_that_stops_is_taken_off()
    {
        var subscriber = CreateTestProbe();
        Sys.EventStream.Subscribe(subscriber.Ref, typeof(Dog));
        Sys.Stop(subscriber.Ref);
        // Watched from the time it subscribed: it is taken off without having to unsubscribe.
        AwaitCondition(() => !Sys.EventStream.HasSubscriber(subscriber.Ref));
    }

    [Fact]
    public void A_subscriber_that_unsubscribed_before_it_stopped_does_the_stream_no_harm()
    {
        var subscriber = CreateTestProbe();
        Sys.EventStream.Subscribe(TestActor, typeof(Error));
        Sys.EventStream.Subscribe(subscriber.Ref, typeof(Dog));
        Sys.EventStream.Unsubscribe(subscriber.Ref);
        Sys.Stop(subscriber.Ref);
        var last = CreateTestProbe();
        Sys.EventStream.Subscribe(last.Ref, typeof(Dog));
        Sys.Stop(last.Ref);
        AwaitCondition(() => !Sys.EventStream.HasSubscriber(last.Ref));
        HasMessages.ShouldBeFalse("the stream's actor must not fail");
    }

    [Fact]
    public void A_stopped_subscriber_to_dead_letters_does_not_make_more_of_them()
    {
        var stopped = CreateTestProbe();
        Watch(stopped.Ref);
        Sys.Stop(stopped.Ref);
        ExpectTerminated(stopped.Ref);
        Sys.EventStream.Subscribe(stopped.Ref, typeof(AllDeadLetters));
        Sys.EventStream.Subscribe(TestActor, typeof(AllDeadLetters));
        stopped.Ref.Tell("once");
        ExpectMsg<DeadLetter>(letter => letter.Message is "once");
        TestActor.Tell("end");
        ExpectMsg("end");
    }

    private abstract record Animal;

    private sealed record Dog : Animal;

    private sealed record Cat : Animal;
}
