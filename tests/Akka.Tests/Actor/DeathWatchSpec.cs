using Akka.Actor;

namespace Akka.Tests.Actor;

public sealed class DeathWatchSpec : ActorSpec
{
    [Fact]
    public void A_watcher_hears_of_the_end_once()
    {
        IActorRef watched = ActorOf(() => new Idle());
        IActorRef watcher = ActorOf(() => new Watcher(TestActor));
        watcher.Tell(watched);
        ExpectMsg("watching");
        watcher.Tell(watched);
        ExpectMsg("watching");
        watched.Tell(PoisonPill.Instance);
        ExpectMsg<Heard>(h => h.Of is var t && t.ActorRef.Equals(watched) && t.ExistenceConfirmed && !t.AddressTerminated);
        watcher.Tell("still here");
        ExpectMsg("still here");
    }

    [Fact]
    public void Watching_an_actor_that_has_stopped_says_so_at_once()
    {
        IActorRef watched = ActorOf(() => new Idle());
        Watch(watched);
        Sys.Stop(watched);
        ExpectTerminated(watched);
        IActorRef watcher = ActorOf(() => new Watcher(TestActor));
        watcher.Tell(watched);
        ExpectMsg("watching");
        ExpectMsg<Heard>(h => h.Of is var t && t.ActorRef.Equals(watched) && !t.ExistenceConfirmed);
    }

    [Fact]
    public void WatchWith_tells_the_message_asked_for()
    {
        IActorRef watched = ActorOf(() => new Idle());
        IActorRef watcher = ActorOf(() => new Watcher(TestActor));
        watcher.Tell(new With(watched, "gone"));
        ExpectMsg("watching");
        Sys.Stop(watched);
        ExpectMsg("gone");
    }

    [Fact]
    public void After_unwatch_even_a_Terminated_in_the_mailbox_is_not_received()
    {
        IActorRef watched = ActorOf(() => new Idle());
        Watch(watched);
        var gate = new ManualResetEventSlim();
        IActorRef watcher = ActorOf(() => new Watcher(TestActor));
        watcher.Tell(watched);
        ExpectMsg("watching");
        watcher.Tell(new Hold(gate));
        watcher.Tell(new Unwatched(watched));
        ExpectMsg("held");
        Sys.Stop(watched);
        ExpectTerminated(watched);
        // The news waits for the held handler's end, and its Terminated then stands behind the unwatch in the mailbox.
        gate.Set();
        ExpectMsg("unwatched");
        watcher.Tell("next");
        ExpectMsg("next");
    }

    [Fact]
    public void A_watcher_that_does_not_handle_Terminated_dies_of_the_death_pact()
    {
        IActorRef watched = ActorOf(() => new Idle());
        IActorRef watcher = ActorOf(() => new PactMember(watched, TestActor));
        ExpectMsg("watching");
        Watch(watcher);
        EventFilter.Exception<DeathPactException>().ExpectOne(() => Sys.Stop(watched));
        ExpectTerminated(watcher);
    }

    [Fact]
    public void A_stashed_Terminated_comes_again()
    {
        IActorRef watched = ActorOf(() => new Idle());
        IActorRef watcher = ActorOf(() => new Stasher(watched, TestActor));
        ExpectMsg("watching");
        Sys.Stop(watched);
        ExpectMsg("stashed");
        watcher.Tell("ready");
        ExpectMsg<Heard>(h => h.Of is var t && t.ActorRef.Equals(watched));
    }

    [Fact]
    public async Task GracefulStop_ends_when_the_actor_has_stopped_and_is_cancelled_when_it_does_not()
    {
        (await ActorOf(() => new Idle()).GracefulStop(TimeSpan.FromSeconds(60))).ShouldBeTrue();
        await Should.ThrowAsync<TaskCanceledException>(ActorOf(() => new Idle()).GracefulStop(TimeSpan.FromMilliseconds(20), "no stop at all"));
    }

    [Fact]
    public void When_a_node_is_given_up_on_its_actors_are_dead_to_their_watchers()
    {
        var there = new FarAway(Sys);
        IActorRef watcher = ActorOf(() => new Watcher(TestActor));
        watcher.Tell(there);
        ExpectMsg("watching");
        ((ActorSystemImpl)Sys).AddressTerminatedListeners.Publish(there.Path.Address);
        ExpectMsg<Heard>(h => h.Of is var t && t.ActorRef.Equals(there) && t.AddressTerminated && !t.ExistenceConfirmed);
    }

    private sealed record Heard(Terminated Of);

    private sealed record With(IActorRef Actor, object Message);

    private sealed record Hold(ManualResetEventSlim Gate);

    private sealed record Unwatched(IActorRef Actor);

    private sealed class FarAway(ActorSystem system) : MinimalActorRef
    {
        public override ActorPath Path { get; } = ActorPath.Parse("akka.tcp://other@far:1/user/a");

        public override IActorRefProvider Provider => ((ExtendedActorSystem)system).Provider;

        public override bool IsLocal => false;
    }

    private sealed class Idle : ReceiveActor;

    private sealed class Watcher : ReceiveActor
    {
        public Watcher(IActorRef probe)
        {
            Receive<IActorRef>(actor =>
            {
                Context.Watch(actor);
                probe.Tell("watching");
            });
            Receive<With>(with =>
            {
                Context.WatchWith(with.Actor, with.Message);
                probe.Tell("watching");
            });
            Receive<Hold>(hold =>
            {
                probe.Tell("held");
                hold.Gate.Wait(TimeSpan.FromSeconds(60)).ShouldBeTrue();
            });
            Receive<Unwatched>(unwatch =>
            {
                Context.Unwatch(unwatch.Actor);
                probe.Tell("unwatched");
            });
            // Told on as it is, Terminated would be taken for one of the probe's own watches.
            Receive<Terminated>(terminated => probe.Tell(new Heard(terminated)));
            ReceiveAny(probe.Tell);
        }
    }

    private sealed class PactMember : ReceiveActor
    {
        public PactMember(IActorRef watched, IActorRef probe)
        {
            Context.Watch(watched);
            probe.Tell("watching");
        }
    }

    private sealed class Stasher : ReceiveActor, IWithUnboundedStash
    {
        public Stasher(IActorRef watched, IActorRef probe)
        {
            Context.Watch(watched);
            probe.Tell("watching");
            Receive<Terminated>(_ =>
            {
                Stash.Stash();
                probe.Tell("stashed");
            });
            Receive<string>(_ =>
            {
                Stash.UnstashAll();
                Become(() => Receive<Terminated>(terminated => probe.Tell(new Heard(terminated))));
            });
        }

        public IStash Stash { get; set; } = null!;
    }
}
