using System.Collections.Concurrent;
using System.Diagnostics;
using Akka.Actor;
using Akka.Configuration;
using Akka.Embedded.Remote;
using Akka.Event;
using Akka.Remote;
using Akka.Serialization;

namespace Akka.Tests.Remote;

public sealed class ConnectionTests
{
    [Fact]
    public async Task First_message_to_a_dead_node_does_not_block_and_becomes_a_dead_letter()
    {
        await using var pair = new RemotePair(tcp: true, "akka.remote.retry-gate-closed-for = 1 m");
        var letters = Collect(pair.Near, typeof(DeadLetter));
        var nobody = ((ExtendedActorSystem)pair.Near).Provider.ResolveActorRef("akka.tcp://gone@127.0.0.1:1/user/nobody");
        nobody.Tell("lost");
        var letter = (DeadLetter)letters.Next();
        letter.Message.ShouldBe("lost");
        letter.Recipient.ShouldBe(nobody);
    }

    [Fact]
    public async Task Messages_flow_again_after_the_network_heals()
    {
        await using var pair = new RemotePair(tcp: false);
        pair.Far.ActorOf(Props.Create(() => new Echo()), "echo");
        var echo = await pair.Identify("/user/echo");
        pair.Network!.Partition();
        await Should.ThrowAsync<AskTimeoutException>(() => echo.Ask<string>("lost", TimeSpan.FromMilliseconds(50)));
        pair.Network.Heal();
        (await AskUntilAnswered(echo)).ShouldBe("hello");
    }

    [Fact]
    public async Task What_comes_above_the_bound_becomes_dead_letters_with_one_line_in_the_log()
    {
        await using var pair = new RemotePair(tcp: false, "akka.remote.send-queue-size = 100 KiB");
        var collected = new BlockingCollection<object>();
        pair.Far.ActorOf(Props.Create(() => new Collector(collected, null)), "collector");
        var collector = await pair.Identify("/user/collector");
        collector.Tell("connected");
        collected.Next().ShouldBe("connected");
        var letters = Collect(pair.Near, typeof(DeadLetter));
        var warnings = Collect(pair.Near, typeof(Warning));
        var port = RemotePair.AddressOf(pair.Far).Port!.Value;
        pair.Network!.Hold(port);
        for (var i = 0; i < 1000; i++) collector.Tell(new byte[1024]);
        // 1000 KiB against 100 KiB: at least so many cannot have been kept, wherever the batches were cut.
        for (var i = 0; i < 700; i++) ((DeadLetter)letters.Next()).Message.ShouldBeOfType<byte[]>();
        ((Warning)warnings.Next()).Message.ToString()!.ShouldContain("send-queue-size");
        warnings.Count.ShouldBe(0);
        pair.Network.Release(port);
        // What waits drains from now on; until it has, a message may still be one too many.
        do collector.Tell("after");
        while (collected.Next() is not string);
    }

    [Fact]
    public async Task Messages_above_the_number_that_may_wait_become_dead_letters()
    {
        await using var pair = new RemotePair(tcp: false, "akka.remote.send-queue-messages = 10, akka.remote.dot-netty.tcp.connection-timeout = 1 m");
        var letters = Collect(pair.Near, typeof(DeadLetter));
        pair.Network!.CreateTransport().Listen("silent", 1, _ => new Deaf());
        // It accepts the connection and never answers the hello: everything waits.
        var nobody = ((ExtendedActorSystem)pair.Near).Provider.ResolveActorRef("akka.tcp://silent@silent:1/user/nobody");
        for (var i = 0; i < 25; i++) nobody.Tell(i);
        for (var i = 10; i < 25; i++) ((DeadLetter)letters.Next()).Message.ShouldBe(i);
    }

    [Fact]
    public async Task Control_is_not_held_up_by_data()
    {
        await using var pair = new RemotePair(tcp: true);
        using var release = new ManualResetEventSlim();
        var blocking = new BlockingSerializer((ExtendedActorSystem)pair.Far, release);
        pair.Near.Serialization.AddSerializationMap(typeof(Bulk), new BlockingSerializer((ExtendedActorSystem)pair.Near, release));
        pair.Far.Serialization.AddSerializer("bulk", blocking);
        pair.Far.ActorOf(Props.Create(() => new Echo()), "sink");
        var far = await pair.Identify("/user/sink");
        try
        {
            for (var i = 0; i < 64; i++) far.Tell(new Bulk());
            blocking.Reached.Wait(RemotePair.Patience).ShouldBeTrue();
            // The data connection stands still; what goes to actors of the system does not.
            var watcher = pair.Near.ActorSelection(RemotePair.AddressOf(pair.Far) + "/system/remote-watcher");
            (await watcher.Ask<ActorIdentity>(new Identify("alive"), RemotePair.Patience)).Subject.ShouldNotBeNull();
        }
        finally
        {
            release.Set();
        }
    }

    [Fact]
    public async Task Port_in_use_is_named_with_the_setting()
    {
        await using var pair = new RemotePair(tcp: true);
        var port = RemotePair.AddressOf(pair.Near).Port!.Value;
        var error = Should.Throw<RemoteTransportException>(() => pair.Start("second", port));
        error.Message.ShouldContain($"127.0.0.1:{port}");
        error.Message.ShouldContain("akka.remote.dot-netty.tcp.port");
    }

    [Fact]
    public void Wrong_setting_is_named() =>
        Should.Throw<ConfigurationException>(() => new RemotePair(tcp: false, "akka.remote.send-queue-messages = 0"))
            .Message.ShouldStartWith("akka.remote.send-queue-messages is 0");

    [Fact]
    public async Task Reference_that_comes_home_is_local_again()
    {
        await using var pair = new RemotePair(tcp: false);
        pair.Far.ActorOf(Props.Create(() => new Echo()), "echo");
        var own = pair.Near.ActorOf(Props.Create(() => new Echo()), "own");
        var answer = await (await pair.Identify("/user/echo")).Ask<IActorRef>(own, RemotePair.Patience);
        answer.ShouldBeSameAs(own);
    }

    [Fact]
    public async Task More_senders_than_a_connection_numbers_all_get_their_answers()
    {
        await using var pair = new RemotePair(tcp: false);
        pair.Far.ActorOf(Props.Create(() => new Echo()), "echo");
        var echo = await pair.Identify("/user/echo");
        var collected = new BlockingCollection<object>();
        var senders = Enumerable.Range(0, 5_000).Select(_ => pair.Near.ActorOf(Props.Create(() => new Collector(collected, null)))).ToArray();
        for (var round = 0; round < 2; round++)
            for (var i = 0; i < senders.Length; i++) echo.Tell(i, senders[i]);
        var answers = Enumerable.Range(0, 2 * senders.Length).Select(_ => (int)collected.Next()).ToArray();
        answers.Order().ShouldBe(Enumerable.Range(0, senders.Length).SelectMany(i => new[] { i, i }));
    }

    [Fact]
    public async Task Association_is_announced_on_the_event_stream()
    {
        await using var pair = new RemotePair(tcp: false);
        var near = Collect(pair.Near, typeof(AssociatedEvent));
        var lost = Collect(pair.Near, typeof(DisassociatedEvent));
        await pair.Near.ActorSelection(RemotePair.AddressOf(pair.Far) + "/system/remote-watcher").ResolveOne(RemotePair.Patience);
        ((AssociatedEvent)near.Next()).RemoteAddress.ShouldBe(RemotePair.AddressOf(pair.Far));
        pair.Network!.BreakConnections();
        ((DisassociatedEvent)lost.Next()).RemoteAddress.ShouldBe(RemotePair.AddressOf(pair.Far));
    }

    private static async Task<string> AskUntilAnswered(IActorRef echo)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return await echo.Ask<string>("hello", TimeSpan.FromMilliseconds(200));
            }
            catch (AskTimeoutException) when (clock.Elapsed < RemotePair.Patience)
            {
                // Lost in the gate: at-most-once.
            }
        }
    }

    private static BlockingCollection<object> Collect(ActorSystem system, Type type)
    {
        var collected = new BlockingCollection<object>();
        system.EventStream.Subscribe(system.ActorOf(Props.Create(() => new Collector(collected, null))), type);
        return collected;
    }

    internal sealed record Bulk;

    private sealed class Deaf : ITransportHandler
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

    private sealed class BlockingSerializer(ExtendedActorSystem system, ManualResetEventSlim release) : SerializerWithStringManifest(system)
    {
        public ManualResetEventSlim Reached { get; } = new();

        public override int Identifier => 4712;

        public override string Manifest(object o) => "bulk";

        public override byte[] ToBinary(object obj) => new byte[1024 * 1024];

        public override object FromBinary(byte[] bytes, string manifest)
        {
            Reached.Set();
            release.Wait(RemotePair.Patience);
            return "bulk";
        }
    }
}
