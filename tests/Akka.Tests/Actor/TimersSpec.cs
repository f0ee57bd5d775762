using Akka.Actor;
using Akka.TestKit;

namespace Akka.Tests.Actor;

public sealed class TimersSpec() : ActorSpec(
    "akka.scheduler.implementation = \"Akka.TestKit.TestScheduler, Akka.TestKit\"")
{
    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    private TestScheduler Clock => (TestScheduler)Sys.Scheduler;

    [Fact]
    public void A_single_timer_fires_once_and_not_before_its_time()
    {
        IActorRef actor = Timed();
        actor.Tell(new Start("key", "due", _second, Periodic: false));
        ExpectMsg("started");
        Clock.Advance(_second - TimeSpan.FromTicks(1));
        ActiveTimers(actor).ShouldBe(1);
        Clock.Advance(TimeSpan.FromTicks(1));
        ExpectMsg("due");
        ActiveTimers(actor).ShouldBe(0);
        Clock.Advance(_second * 10);
        ActiveTimers(actor).ShouldBe(0);
    }

    [Fact]
    public void A_periodic_timer_fires_until_it_is_cancelled()
    {
        IActorRef actor = Timed();
        actor.Tell(new Start("key", "tick", _second, Periodic: true));
        ExpectMsg("started");
        Clock.Advance(_second * 3);
        for (int i = 0; i < 3; i++)
            ExpectMsg("tick");
        actor.Tell("cancel");
        ExpectMsg("cancelled");
        Clock.Advance(_second * 3);
        ActiveTimers(actor).ShouldBe(0);
    }

    [Fact]
    public void Starting_a_timer_again_replaces_it_even_when_its_message_is_in_the_mailbox()
    {
        IActorRef actor = Timed();
        actor.Tell(new Start("key", "old", _second, Periodic: false));
        ExpectMsg("started");
        using var gate = new ManualResetEventSlim();
        actor.Tell(gate);
        ExpectMsg("held");
        actor.Tell(new Start("key", "new", _second, Periodic: false));
        Clock.Advance(_second);
        // In the mailbox now: the start of the new timer, then the message of the old one.
        gate.Set();
        ExpectMsg("started");
        ActiveTimers(actor).ShouldBe(1);
        Clock.Advance(_second);
        ExpectMsg("new");
    }

    [Fact]
    public void The_timers_of_an_earlier_instance_are_never_heard_of_again()
    {
        IActorRef actor = Timed();
        actor.Tell(new Start("key", "due", _second, Periodic: false));
        ExpectMsg("started");
        using var gate = new ManualResetEventSlim();
        actor.Tell(gate);
        ExpectMsg("held");
        EventFilter.Exception<InvalidOperationException>("boom").ExpectOne(() =>
        {
            actor.Tell(new InvalidOperationException("boom"));
            Clock.Advance(_second);
            gate.Set();
        });
        ActiveTimers(actor).ShouldBe(0);
    }

    [Fact]
    public void A_receive_timeout_comes_when_nothing_has_for_that_long()
    {
        IActorRef actor = ActorOf(() => new Impatient(TestActor));
        actor.Tell("message");
        ExpectMsg("message");
        Clock.Advance(_second / 2);
        actor.Tell("message");
        ExpectMsg("message");
        actor.Tell(new Quiet());
        ExpectMsg("quiet");
        AwaitAssert(() =>
        {
            Clock.Advance(_second / 2);
            HasMessages.ShouldBeTrue();
        });
        ExpectMsg("timeout");
    }

    [Fact]
    public async Task An_ask_without_an_answer_fails_when_its_time_is_up()
    {
        Task<string> answer = ActorOf(() => new Silent()).Ask<string>("hello", _second);
        Clock.Advance(_second / 2);
        answer.IsCompleted.ShouldBeFalse();
        Clock.Advance(_second / 2);
        (await Should.ThrowAsync<AskTimeoutException>(answer)).Message.ShouldContain("did not answer within 00:00:01");
    }

    [Fact]
    public void Scheduled_work_happens_in_the_order_it_is_due()
    {
        var order = new List<int>();
        foreach (int seconds in new[] { 3, 1, 2 })
            Sys.Scheduler.Advanced.ScheduleOnce(_second * seconds, () => order.Add(seconds));
        Sys.Scheduler.Advanced.ScheduleRepeatedly(_second * 1.5, _second, () => order.Add(0));
        Clock.Advance(_second * 3);
        order.ShouldBe([1, 0, 2, 0, 3]);
    }

    [Fact]
    public void What_is_cancelled_does_not_happen()
    {
        ICancelable cancelable = Sys.Scheduler.ScheduleTellRepeatedlyCancelable(_second, _second, TestActor, "tick", TestActor);
        Clock.Advance(_second);
        ExpectMsg("tick");
        cancelable.Cancel();
        Clock.Advance(_second * 5);
        HasMessages.ShouldBeFalse();
    }

    private IActorRef Timed() => ActorOf(() => new TimedActor(TestActor));

    private int ActiveTimers(IActorRef actor)
    {
        actor.Tell("count");
        return ExpectMsg<int>();
    }

    private sealed record Start(string Key, string Message, TimeSpan After, bool Periodic);

    private sealed record Quiet : INotInfluenceReceiveTimeout;

    private sealed class TimedActor : ReceiveActor, IWithTimers
    {
        public TimedActor(IActorRef probe)
        {
            Receive<Start>(start =>
            {
                if (start.Periodic)
                    Timers.StartPeriodicTimer(start.Key, start.Message, start.After);
                else
                    Timers.StartSingleTimer(start.Key, start.Message, start.After);
                probe.Tell("started");
            });
            Receive<ManualResetEventSlim>(gate =>
            {
                probe.Tell("held");
                gate.Wait(TimeSpan.FromSeconds(60)).ShouldBeTrue();
            });
            Receive<Exception>(e => throw e);
            Receive<string>(text => text == "count", _ => probe.Tell(Timers.ActiveTimers.Count));
            Receive<string>(text => text == "cancel", _ =>
            {
                Timers.Cancel("key");
                probe.Tell("cancelled");
            });
            Receive<string>(probe.Tell);
        }

        public ITimerScheduler Timers { get; set; } = null!;
    }

    private sealed class Impatient : ReceiveActor
    {
        public Impatient(IActorRef probe)
        {
            Context.SetReceiveTimeout(_second);
            Receive<ReceiveTimeout>(_ =>
            {
                probe.Tell("timeout");
                Context.SetReceiveTimeout(null);
            });
            Receive<Quiet>(_ => probe.Tell("quiet"));
            ReceiveAny(probe.Tell);
        }
    }

    private sealed class Silent : ReceiveActor
    {
        public Silent() => ReceiveAny(_ => { });
    }
}
