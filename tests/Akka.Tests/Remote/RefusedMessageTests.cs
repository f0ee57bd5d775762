using System.Collections.Concurrent;
using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Event;
using Akka.Serialization;

namespace Akka.Tests.Remote;

public sealed class RefusedMessageTests
{
    [Fact]
    public async Task Message_above_the_maximum_is_refused_when_sent_and_the_next_one_arrives()
    {
        await using var pair = new RemotePair(tcp: true, "akka.remote.dot-netty.tcp.maximum-frame-size = 10 KiB");
        var (errors, letters) = Observe(pair.Near);
        pair.Far.ActorOf(Props.Create(() => new Echo()), "echo");
        var echo = await pair.Identify("/user/echo");
        echo.Tell(new byte[10 * 1024 + 1]);
        ((Error)errors.Next()).Message.ToString()!.ShouldSatisfyAllConditions(
            text => text.ShouldContain("System.Byte[]"), text => text.ShouldContain("10241"), text => text.ShouldContain("maximum-frame-size"));
        ((DeadLetter)letters.Next()).Message.ShouldBeOfType<byte[]>();
        (await echo.Ask<byte[]>(new byte[10 * 1024], RemotePair.Patience)).Length.ShouldBe(10 * 1024);
    }

    [Fact]
    public async Task Type_without_a_binding_is_refused_when_sent_with_what_to_bind()
    {
        await using var pair = new RemotePair(tcp: false);
        var (errors, letters) = Observe(pair.Near);
        pair.Far.ActorOf(Props.Create(() => new Echo()), "echo");
        var echo = await pair.Identify("/user/echo");
        echo.Tell(new Unbound());
        ((Error)errors.Next()).Message.ToString()!.ShouldSatisfyAllConditions(
            text => text.ShouldContain("\"Akka.Tests.Remote.RefusedMessageTests+Unbound, Akka.Tests\""), text => text.ShouldContain("serialization-bindings"));
        ((DeadLetter)letters.Next()).Message.ShouldBeOfType<Unbound>();
        (await echo.Ask<string>("still there", RemotePair.Patience)).ShouldBe("still there");
    }

    [Fact]
    public async Task Unknown_serializer_is_refused_by_its_number_and_the_next_message_arrives()
    {
        await using var pair = new RemotePair(tcp: false);
        var (errors, _) = Observe(pair.Far);
        pair.Near.Serialization.AddSerializer("test", new NearOnlySerializer((ExtendedActorSystem)pair.Near));
        pair.Near.Serialization.AddSerializationMap(typeof(Unbound), new NearOnlySerializer((ExtendedActorSystem)pair.Near));
        pair.Far.ActorOf(Props.Create(() => new Echo()), "echo");
        var echo = await pair.Identify("/user/echo");
        echo.Tell(new Unbound());
        ((Error)errors.Next()).Message.ToString()!.ShouldSatisfyAllConditions(text => text.ShouldContain("4711"), text => text.ShouldContain("\"unheard-of\""));
        (await echo.Ask<string>("still there", RemotePair.Patience)).ShouldBe("still there");
    }

    [Fact]
    public async Task Unknown_manifest_is_refused_by_its_name()
    {
        await using var pair = new RemotePair(tcp: false);
        var (errors, _) = Observe(pair.Far);
        pair.Near.Serialization.AddSerializationMap(typeof(Unbound), new NearOnlySerializer((ExtendedActorSystem)pair.Near));
        pair.Far.Serialization.AddSerializer("test", new FarSerializer((ExtendedActorSystem)pair.Far));
        pair.Far.ActorOf(Props.Create(() => new Echo()), "echo");
        (await pair.Identify("/user/echo")).Tell(new Unbound());
        ((Error)errors.Next()).Message.ToString()!.ShouldContain("no manifest unheard-of here");
    }

    private static (BlockingCollection<object> Errors, BlockingCollection<object> Letters) Observe(ActorSystem system)
    {
        var errors = new BlockingCollection<object>();
        var letters = new BlockingCollection<object>();
        system.EventStream.Subscribe(system.ActorOf(Props.Create(() => new Collector(errors, null))), typeof(Error));
        system.EventStream.Subscribe(system.ActorOf(Props.Create(() => new Collector(letters, null))), typeof(DeadLetter));
        return (errors, letters);
    }

    internal sealed record Unbound;

    private class NearOnlySerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
    {
        public override int Identifier => 4711;

        public override string Manifest(object o) => "unheard-of";

        public override byte[] ToBinary(object obj) => [1];

        public override object FromBinary(byte[] bytes, string manifest) => throw new NotSupportedException();
    }

    private sealed class FarSerializer(ExtendedActorSystem system) : NearOnlySerializer(system)
    {
        public override object FromBinary(byte[] bytes, string manifest) => throw new SerializationException($"no manifest {manifest} here");
    }
}
