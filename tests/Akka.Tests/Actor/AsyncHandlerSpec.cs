using Akka.Actor;

namespace Akka.Tests.Actor;

public sealed class AsyncHandlerSpec : ActorSpec
{
    [Fact]
    public void No_other_message_is_handled_before_an_asynchronous_handler_has_ended()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        IActorRef actor = ActorOf(() => new Asynchronous(gate.Task));
        actor.Tell("wait");
        ExpectMsg("waiting");
        actor.Tell("next");
        ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        gate.SetResult();
        ExpectMsg("waited");
        ExpectMsg("next");
    }

    [Fact]
    public void After_an_await_sender_self_and_context_are_those_of_the_message()
    {
        IActorRef actor = ActorOf(() => new Asynchronous(Task.CompletedTask));
        var other = CreateTestProbe();
        actor.Tell("context");
        other.Send(actor, "next");
        ExpectMsg(actor);
        other.ExpectMsg("next");
    }

    [Fact]
    public void A_handler_that_fails_after_an_await_fails_the_actor()
    {
        IActorRef actor = ActorOf(() => new Asynchronous(Task.CompletedTask));
        EventFilter.Exception<InvalidOperationException>("after the await").ExpectOne(() => actor.Tell("fail"));
        actor.Tell("incarnation");
        ExpectMsg("restarted");
    }

    [Fact]
    public void An_actor_can_be_stopped_while_it_awaits()
    {
        var never = new TaskCompletionSource();
        IActorRef actor = ActorOf(() => new Asynchronous(never.Task));
        Watch(actor);
        actor.Tell("wait");
        ExpectMsg("waiting");
        Sys.Stop(actor);
        ExpectTerminated(actor);
    }

    [Fact]
    public void A_piped_result_and_a_piped_failure_come_as_messages()
    {
        IActorRef actor = ActorOf(() => new Piper());
        actor.Tell(Task.FromResult("done"));
        ExpectMsg("got done");
        actor.Tell(Task.FromException<string>(new InvalidOperationException("boom")));
        ExpectMsg("failed boom");
        var later = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        actor.Tell(later.Task);
        later.SetResult("later");
        ExpectMsg("got later");
    }

    private sealed class Asynchronous : ReceiveActor
    {
        private string _incarnation = "first";

        public Asynchronous(Task gate)
        {
            ReceiveAsync<string>(text => text == "wait", async _ =>
            {
                Sender.Tell("waiting");
                await gate;
                Sender.Tell("waited");
            });
            ReceiveAsync<string>(text => text == "context", async _ =>
            {
                IActorRef before = Sender;
                await Elsewhere();
                Sender.ShouldBe(before);
                Sender.Tell(Context.Self);
            });
            ReceiveAsync<string>(text => text == "fail", async _ =>
            {
                await Elsewhere();
                throw new InvalidOperationException("after the await");
            });
            Receive<string>(text => text == "incarnation", _ => Sender.Tell(_incarnation));
            Receive<string>(text => Sender.Tell(text));
        }

        protected override void PostRestart(Exception reason) => _incarnation = "restarted";

        // Ends on a thread of the pool, whatever the test's machine does.
        private static Task Elsewhere()
        {
            var elsewhere = new TaskCompletionSource();
            ThreadPool.QueueUserWorkItem(_ => elsewhere.SetResult());
            return elsewhere.Task;
        }
    }

    private sealed class Piper : ReceiveActor
    {
        public Piper()
        {
            Receive<Task<string>>(task => task.PipeTo(Self, Sender, text => $"got {text}", cause => $"failed {cause.Message}"));
            Receive<string>(text => Sender.Tell(text));
        }
    }
}
