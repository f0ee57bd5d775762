using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Remote;

namespace Akka.Tests.Remote;

public sealed class RemoteDeathWatchTests
{
    private const string QuickDetector =
        "akka.remote.watch-failure-detector { heartbeat-interval = 50ms, unreachable-nodes-reaper-interval = 50ms, acceptable-heartbeat-pause = 2s }";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Watcher_is_told_when_the_actor_stops(bool tcp)
    {
        await using var pair = new RemotePair(tcp);
        var watched = pair.Far.ActorOf(Props.Create(() => new Echo()), "watched");
        var seen = await pair.Identify("/user/watched");
        var collected = await Watch(pair, seen);
        pair.Far.Stop(watched);
        var terminated = (Terminated)collected.Next();
        terminated.ActorRef.ShouldBe(seen);
        terminated.ExistenceConfirmed.ShouldBeTrue();
        terminated.AddressTerminated.ShouldBeFalse();
    }

    [Fact]
    public async Task Watcher_of_an_actor_that_is_not_there_is_told_so()
    {
        await using var pair = new RemotePair(tcp: false);
        var absent = ((ExtendedActorSystem)pair.Near).Provider.ResolveActorRef(RemotePair.AddressOf(pair.Far) + "/user/nobody");
        var collected = new BlockingCollection<object>();
        pair.Near.ActorOf(Props.Create(() => new Collector(collected, absent)));
        ((Terminated)collected.Next()).ExistenceConfirmed.ShouldBeFalse();
    }

    [Fact]
    public async Task Watch_outlives_a_broken_connection()
    {
        await using var pair = new RemotePair(tcp: false);
        var watched = pair.Far.ActorOf(Props.Create(() => new Echo()), "watched");
        var collected = await Watch(pair, await pair.Identify("/user/watched"));
        pair.Network!.Partition();
        pair.Far.Stop(watched);
        pair.Network.Heal();
        ((Terminated)collected.Next()).ExistenceConfirmed.ShouldBeTrue();
    }

    [Fact]
    public async Task Watcher_is_told_when_the_node_falls_silent_and_the_node_is_quarantined()
    {
        await using var pair = new RemotePair(tcp: false, QuickDetector);
        pair.Far.ActorOf(Props.Create(() => new Echo()), "watched");
        var events = new BlockingCollection<object>();
        pair.Near.EventStream.Subscribe(pair.Near.ActorOf(Props.Create(() => new Collector(events, null))), typeof(QuarantinedEvent));
        var collected = await Watch(pair, await pair.Identify("/user/watched"));
        pair.Network!.Partition();
        ((Terminated)collected.Next()).AddressTerminated.ShouldBeTrue();
        ((QuarantinedEvent)events.Next()).Address.ShouldBe(RemotePair.AddressOf(pair.Far));
    }

    [Fact]
    public async Task Watcher_is_told_of_a_node_that_never_answers()
    {
        await using var pair = new RemotePair(tcp: false, QuickDetector + "\nakka.remote.watch-failure-detector.expected-response-after = 50ms");
        var nowhere = ((ExtendedActorSystem)pair.Near).Provider.ResolveActorRef("akka.tcp://nowhere@nowhere:1/user/nobody");
        var collected = new BlockingCollection<object>();
        pair.Near.ActorOf(Props.Create(() => new Collector(collected, nowhere)));
        ((Terminated)collected.Next()).AddressTerminated.ShouldBeTrue();
    }

    [Theory]
    [InlineData("threshold = 0")]
    [InlineData("max-sample-size = 1")]
    [InlineData("min-std-deviation = 0s")]
    [InlineData("heartbeat-interval = 0s")]
    public void Wrong_setting_of_the_detector_is_named(string setting) =>
        Should.Throw<ConfigurationException>(() => new RemotePair(tcp: false, $"akka.remote.watch-failure-detector.{setting}"))
            .Message.ShouldContain("akka.remote.watch-failure-detector." + setting.Split(' ')[0]);

    [Fact]
    public async Task Restarted_node_is_another_incarnation_and_its_predecessors_watchers_are_told()
    {
        // The detector is slow: only the new incarnation's introduction can have told the watcher.
        await using var pair = new RemotePair(tcp: false, "akka.remote.watch-failure-detector.acceptable-heartbeat-pause = 10 m");
        pair.Far.ActorOf(Props.Create(() => new Silent()), "watched");
        var old = await pair.Identify("/user/watched");
        var collected = await Watch(pair, old);
        await Kill(pair);
        pair.Far.ActorOf(Props.Create(() => new Echo()), "watched");
        var successor = await pair.Identify("/user/watched");
        successor.Path.Uid.ShouldNotBe(old.Path.Uid);
        var terminated = (Terminated)collected.Next();
        terminated.ActorRef.ShouldBe(old);
        terminated.AddressTerminated.ShouldBeTrue();
        (await successor.Ask<string>("hello", RemotePair.Patience)).ShouldBe("hello");
    }

    [Fact]
    public async Task Message_to_the_predecessor_never_reaches_its_successor()
    {
        await using var pair = new RemotePair(tcp: false);
        pair.Far.ActorOf(Props.Create(() => new Echo()), "same-name");
        var old = await pair.Identify("/user/same-name");
        await Kill(pair);
        var collected = new BlockingCollection<object>();
        pair.Far.ActorOf(Props.Create(() => new Collector(collected, null)), "same-name");
        var successor = await pair.Identify("/user/same-name");
        old.Tell("for the old one");
        successor.Tell("for the new one");
        collected.Next().ShouldBe("for the new one");
    }

    private static async Task<BlockingCollection<object>> Watch(RemotePair pair, IActorRef watched)
    {
        var collected = new BlockingCollection<object>();
        var watcher = pair.Near.ActorOf(Props.Create(() => new Collector(collected, watched)));
        await watcher.Ask<ActorIdentity>(new Identify(1), RemotePair.Patience);
        // What goes to actors of the system shares its connection with the watch: an answer means that the watch is there.
        await pair.Identify("/system/remote-watcher");
        return collected;
    }

    private static async Task Kill(RemotePair pair)
    {
        pair.Network?.Partition();
        await pair.RestartFar();
        pair.Network?.Heal();
    }

    private sealed class Silent : ReceiveActor
    {
        public Silent() => ReceiveAny(_ => { });
    }
}
