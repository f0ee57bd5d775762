using Akka.Actor;
using Akka.Event;

namespace Akka.Tests.Actor;

public sealed class SupervisionSpec : ActorSpec
{
    [Fact]
    public void A_restart_replaces_the_instance_and_keeps_the_mailbox()
    {
        IActorRef child = Supervised(Directive.Restart);
        child.Tell("set 1");
        ExpectMsg("state 1");
        child.Tell(new Fail("boom"));
        child.Tell("get");
        ExpectMsg("PreRestart: boom, Fail { Why = boom }");
        ExpectMsg("PostStop");
        ExpectMsg("PostRestart: boom");
        ExpectMsg("state 0");
    }

    [Fact]
    public void A_resumed_actor_keeps_its_state_and_loses_only_the_message_it_failed_on()
    {
        IActorRef child = Supervised(Directive.Resume);
        child.Tell("set 7");
        ExpectMsg("state 7");
        child.Tell(new Fail("boom"));
        child.Tell("get");
        ExpectMsg("state 7");
    }

    [Fact]
    public void A_stopped_actor_runs_PostStop_and_its_mailbox_becomes_dead_letters()
    {
        IActorRef child = Supervised(Directive.Stop);
        Watch(child);
        EventFilter.DeadLetter<string>().ExpectOne(() =>
        {
            child.Tell(new Fail("boom"));
            child.Tell("get");
        });
        ExpectMsg("PostStop");
        ExpectTerminated(child);
    }

    [Fact]
    public void An_escalated_failure_is_the_supervisors_own()
    {
        IActorRef top = Sys.ActorOf(Props.Create(() => new Supervisor(new OneForOneStrategy(_ => Directive.Restart), TestActor)));
        IActorRef middle = Create(top, Props.Create(() => new Supervisor(new OneForOneStrategy(_ => Directive.Escalate), TestActor)));
        IActorRef child = Create(middle, Worker.Props(TestActor));
        Watch(child);
        child.Tell(new Fail("boom"));
        // The default PreRestart of the middle stops its children.
        ExpectMsg("PostStop");
        ExpectTerminated(child);
        Create(middle, Worker.Props(TestActor)).Tell("get");
        ExpectMsg("state 0");
    }

    [Fact]
    public void A_failed_child_that_its_resumed_supervisor_keeps_goes_on_too()
    {
        IActorRef top = Sys.ActorOf(Props.Create(() => new Supervisor(new OneForOneStrategy(_ => Directive.Resume), TestActor)));
        IActorRef middle = Create(top, Props.Create(() => new Supervisor(new OneForOneStrategy(_ => Directive.Escalate), TestActor)));
        IActorRef child = Create(middle, Worker.Props(TestActor));
        IActorRef sibling = Create(middle, Worker.Props(TestActor));
        child.Tell(new Fail("boom"));
        child.Tell("get");
        ExpectMsg("state 0");
        sibling.Tell("get");
        ExpectMsg("state 0");
    }

    [Fact]
    public void Children_that_survive_their_parents_restart_are_restarted_and_go_on()
    {
        IActorRef top = Sys.ActorOf(Props.Create(() => new Supervisor(new OneForOneStrategy(_ => Directive.Restart), TestActor)));
        IActorRef keeper = Create(top, Props.Create(() => new ChildKeeper(TestActor)));
        keeper.Tell(Worker.Props(TestActor));
        IActorRef child = ExpectMsg<IActorRef>();
        keeper.Tell(new Fail("boom"));
        ExpectMsg<string>(m => m.StartsWith("PreRestart: boom"));
        ExpectMsg("PostStop");
        ExpectMsg("PostRestart: boom");
        child.Tell("get");
        ExpectMsg("state 0");
    }

    [Fact]
    public void One_for_one_stops_a_child_that_fails_more_often_than_allowed_within_the_window()
    {
        IActorRef child = Supervised(new OneForOneStrategy(2, TimeSpan.FromMinutes(1), _ => Directive.Restart));
        Watch(child);
        for (int i = 0; i < 2; i++)
        {
            child.Tell(new Fail("boom"));
            FishForMessage<string>(m => m == "PostRestart: boom");
        }
        child.Tell(new Fail("boom"));
        ExpectMsg("PostStop");
        ExpectTerminated(child);
    }

    [Fact]
    public void All_for_one_restarts_the_siblings_as_well()
    {
        IActorRef supervisor = Sys.ActorOf(Props.Create(() => new Supervisor(new AllForOneStrategy(_ => Directive.Restart), TestActor)));
        IActorRef failing = Create(supervisor, Worker.Props(TestActor));
        IActorRef sibling = Create(supervisor, Worker.Props(TestActor));
        sibling.Tell("set 5");
        ExpectMsg("state 5");
        failing.Tell(new Fail("boom"));
        for (int i = 0; i < 2; i++)
            FishForMessage<string>(m => m == "PostRestart: boom");
        sibling.Tell("get");
        ExpectMsg("state 0");
    }

    [Fact]
    public void An_actor_whose_constructor_throws_is_stopped_and_the_error_names_the_cause()
    {
        IActorRef supervisor = Sys.ActorOf(Props.Create(() => new Supervisor(SupervisorStrategy.DefaultStrategy, TestActor)));
        EventFilter.Exception<ActorInitializationException>(contains: "cannot be built").ExpectOne(() =>
        {
            IActorRef child = Create(supervisor, Props.Create(() => new Unbuildable()));
            Watch(child);
            ExpectTerminated(child);
        });
    }

    [Fact]
    public void Kill_fails_the_actor_and_the_default_strategy_stops_it()
    {
        IActorRef child = Supervised(SupervisorStrategy.DefaultStrategy);
        Watch(child);
        EventFilter.Exception<ActorKilledException>().ExpectOne(() => child.Tell(Kill.Instance));
        ExpectMsg("PostStop");
        ExpectTerminated(child);
    }

    [Fact]
    public void Children_stop_before_their_parents_PostStop()
    {
        IActorRef parent = Sys.ActorOf(Props.Create(() => new Parent(TestActor)));
        Create(parent, Worker.Props(TestActor, "child"));
        Sys.Stop(parent);
        ExpectMsg("child PostStop");
        ExpectMsg("parent PostStop");
    }

    [Fact]
    public void A_name_is_taken_until_its_actor_has_stopped_and_free_afterwards()
    {
        IActorRef first = Sys.ActorOf(Worker.Props(TestActor), "name");
        Should.Throw<InvalidActorNameException>(() => Sys.ActorOf(Worker.Props(TestActor), "name"))
            .Message.ShouldContain("\"name\" is not unique");
        Watch(first);
        Sys.Stop(first);
        ExpectMsg("PostStop");
        ExpectTerminated(first);
        IActorRef second = Sys.ActorOf(Worker.Props(TestActor), "name");
        second.Path.ShouldBe(first.Path);
        second.ShouldNotBe(first);
    }

    private IActorRef Supervised(Directive directive) => Supervised(new OneForOneStrategy(_ => directive));

    private IActorRef Supervised(SupervisorStrategy strategy) =>
        Create(Sys.ActorOf(Props.Create(() => new Supervisor(strategy, TestActor))), Worker.Props(TestActor));

    private IActorRef Create(IActorRef parent, Props props)
    {
        parent.Tell(props);
        return ExpectMsg<IActorRef>();
    }

    private sealed record Fail(string Why);

    private sealed class Supervisor : ReceiveActor
    {
        private readonly SupervisorStrategy _strategy;

        public Supervisor(SupervisorStrategy strategy, IActorRef probe)
        {
            _strategy = strategy;
            Receive<Props>(props => probe.Tell(Context.ActorOf(props)));
        }

        protected override SupervisorStrategy SupervisorStrategy() => _strategy;
    }

    private sealed class Parent : ReceiveActor
    {
        private readonly IActorRef _probe;

        public Parent(IActorRef probe)
        {
            _probe = probe;
            Receive<Props>(props => probe.Tell(Context.ActorOf(props)));
        }

        protected override void PostStop() => _probe.Tell("parent PostStop");
    }

    private sealed class ChildKeeper : ReceiveActor
    {
        public ChildKeeper(IActorRef probe)
        {
            Receive<Props>(props => probe.Tell(Context.ActorOf(props)));
            Receive<Fail>(fail => throw new InvalidOperationException(fail.Why));
        }

        protected override void PreRestart(Exception reason, object message) => PostStop();
    }

    private sealed class Unbuildable : ReceiveActor
    {
        public Unbuildable() => throw new InvalidOperationException("cannot be built");
    }

    private sealed class Worker : ReceiveActor
    {
        private readonly IActorRef _probe;
        private readonly string _prefix;
        private string _state = "0";

        internal static Props Props(IActorRef probe, string? name = null) => Akka.Actor.Props.Create(() => new Worker(probe, name));

        public Worker(IActorRef probe, string? name)
        {
            _probe = probe;
            _prefix = name is null ? "" : name + " ";
            Receive<string>(text =>
            {
                if (text.StartsWith("set "))
                    _state = text[4..];
                _probe.Tell($"state {_state}");
            });
            Receive<Fail>(fail => throw new InvalidOperationException(fail.Why));
        }

        protected override void PreRestart(Exception reason, object message)
        {
            _probe.Tell($"PreRestart: {reason.Message}, {message}");
            base.PreRestart(reason, message);
        }

        protected override void PostRestart(Exception reason) => _probe.Tell($"PostRestart: {reason.Message}");

        protected override void PostStop() => _probe.Tell(_prefix + "PostStop");
    }
}
