using Akka.Actor;
using Akka.Configuration;

namespace Akka.Tests.Dispatch;

public sealed class DispatcherSpec() : ActorSpec("""
    own-thread { type = PinnedDispatcher }
    one-by-one { type = Dispatcher, throughput = 1 }
    unknown-kind { type = Wishful }
    """)
{
    [Fact]
    public void A_pinned_actor_handles_every_message_on_a_thread_of_its_own_which_ends_with_it()
    {
        IActorRef first = Sys.ActorOf(Props.Create<TellsThread>().WithDispatcher("own-thread"));
        IActorRef second = Sys.ActorOf(Props.Create<TellsThread>().WithDispatcher("own-thread"));
        Thread threadOfFirst = ThreadOf(first);
        Thread threadOfSecond = ThreadOf(second);
        threadOfFirst.ShouldNotBeSameAs(threadOfSecond);
        threadOfFirst.IsThreadPoolThread.ShouldBeFalse();
        for (int i = 0; i < 20; i++)
            ThreadOf(first).ShouldBeSameAs(threadOfFirst);
        Sys.Stop(first);
        threadOfFirst.Join(TimeSpan.FromSeconds(60)).ShouldBeTrue();
        ThreadOf(second).ShouldBeSameAs(threadOfSecond);
    }

    [Fact]
    public void What_a_pinned_actor_awaits_comes_back_to_its_thread()
    {
        IActorRef actor = Sys.ActorOf(Props.Create<TellsThread>().WithDispatcher("own-thread"));
        Thread thread = ThreadOf(actor);
        actor.Tell("await");
        ExpectMsg<Thread>().ShouldBeSameAs(thread);
    }

    [Fact]
    public void Throughput_comes_from_the_configuration()
    {
        Sys.Dispatchers.Lookup("one-by-one").Throughput.ShouldBe(1);
        Sys.Dispatchers.DefaultGlobalDispatcher.Throughput.ShouldBe(30);
        Sys.Dispatchers.Lookup("one-by-one").ShouldBeSameAs(Sys.Dispatchers.Lookup("one-by-one"));
    }

    [Theory]
    [InlineData("no-such-dispatcher", "There is no dispatcher 'no-such-dispatcher'")]
    [InlineData("unknown-kind", "unknown-kind.type is 'Wishful'")]
    public void A_dispatcher_that_is_not_configured_is_refused(string id, string message) =>
        Should.Throw<ConfigurationException>(() => Sys.ActorOf(Props.Create<TellsThread>().WithDispatcher(id))).Message.ShouldContain(message);

    private Thread ThreadOf(IActorRef actor)
    {
        actor.Tell("which");
        return ExpectMsg<Thread>();
    }

    private sealed class TellsThread : ReceiveActor
    {
        public TellsThread()
        {
            ReceiveAsync<string>(text => text == "await", async _ =>
            {
                var elsewhere = new TaskCompletionSource();
                ThreadPool.QueueUserWorkItem(_ => elsewhere.SetResult());
                await elsewhere.Task;
                Sender.Tell(Thread.CurrentThread);
            });
            Receive<string>(_ => Sender.Tell(Thread.CurrentThread));
        }
    }
}
