using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Embedded.Remote;
using Akka.Event;
using Akka.Remote;

namespace Akka.Tests.Remote;

/// <summary>Handles outlive their system: what is told through them then ends as a dead letter, and throws nowhere.</summary>
public sealed class StoppedRemotingTests
{
    [Fact]
    public async Task Message_to_a_node_never_met_is_a_dead_letter_and_no_connection_is_made_for_it()
    {
        await using var pair = new RemotePair(tcp: false);
        var connected = 0;
        pair.Network!.CreateTransport().Listen("other", 1, _ =>
        {
            Interlocked.Increment(ref connected);
            return new Mute();
        });
        var letters = new BlockingCollection<object>();
        pair.Near.EventStream.Subscribe(pair.Far.ActorOf(Props.Create(() => new Collector(letters, null))), typeof(DeadLetter));
        var provider = ((ExtendedActorSystem)pair.Near).Provider;
        await pair.Near.Terminate().WaitAsync(RemotePair.Patience);

        var stranger = (IInternalActorRef)provider.ResolveActorRef("akka.tcp://other@other:1/user/nobody");
        stranger.Tell("too late");
        stranger.Stop();

        ((DeadLetter)letters.Next()).Message.ShouldBe("too late");
        connected.ShouldBe(0);
    }

    [Fact]
    public async Task A_system_that_ends_as_soon_as_it_is_there_closes_its_remoting()
    {
        for (var i = 0; i < 50; i++)
        {
            var system = ActorSystem.Create("brief", ActorSystemSetup.Empty
                .WithSetup(BootstrapSetup.Create().WithConfig(ConfigurationFactory.ParseString("akka { actor.provider = remote, loggers = [], stdout-loglevel = OFF }")))
                .WithSetup(new RemoteSetup(new InMemoryNetwork().CreateTransport())));
            var remoting = ((RemoteActorRefProvider)((ExtendedActorSystem)system).Provider).Remoting;
            await system.Terminate().WaitAsync(RemotePair.Patience);
            remoting.IsClosed.ShouldBeTrue();
        }
    }

    [Fact]
    public async Task Nothing_can_be_done_later_and_trying_is_no_failure()
    {
        await using var pair = new RemotePair(tcp: false);
        await pair.Near.Terminate().WaitAsync(RemotePair.Patience);
        Should.Throw<SchedulerException>(() => pair.Near.Scheduler.Advanced.ScheduleOnce(TimeSpan.Zero, () => { }));

        Should.NotThrow(() => ((RemoteActorRefProvider)((ExtendedActorSystem)pair.Near).Provider).Remoting.After(TimeSpan.Zero, () => { }));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Address_that_leads_nowhere_makes_a_dead_letter(bool hasPort)
    {
        await using var pair = new RemotePair(tcp: true);
        var letters = new BlockingCollection<object>();
        pair.Near.EventStream.Subscribe(pair.Near.ActorOf(Props.Create(() => new Collector(letters, null))), typeof(DeadLetter));
        // No host has a name of that length, and none is reached without a port.
        var address = new Address("akka.tcp", "other", hasPort ? new string('h', 300) : "host", hasPort ? 1 : null);
        ((ExtendedActorSystem)pair.Near).Provider.ResolveActorRef(new RootActorPath(address) / "user" / "nobody").Tell("lost");
        ((DeadLetter)letters.Next()).Message.ShouldBe("lost");
    }

    private sealed class Mute : ITransportHandler
    {
        public Memory<byte> ReceiveBuffer { get; } = new byte[4096];

        public void Received(int count)
        {
        }

        public void Sent()
        {
        }

        public void Closed(Exception? error)
        {
        }
    }
}
