using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Event;

namespace Akka.Tests.Remote;

public sealed class DeliveryTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ask_is_answered_across_systems(bool tcp)
    {
        await using var pair = new RemotePair(tcp);
        pair.Far.ActorOf(Props.Create(() => new Echo()), "echo");
        var echo = await pair.Identify("/user/echo");
        echo.Path.Address.ShouldBe(RemotePair.AddressOf(pair.Far));
        (await echo.Ask<string>("hello", RemotePair.Patience)).ShouldBe("hello");
        (await echo.Ask<long>(42L, RemotePair.Patience)).ShouldBe(42L);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Messages_of_a_pair_arrive_in_order_small_and_large(bool tcp)
    {
        const int messages = 20_000;
        await using var pair = new RemotePair(tcp);
        var collected = new BlockingCollection<object>();
        pair.Far.ActorOf(Props.Create(() => new Collector(collected, null)), "collector");
        var collector = await pair.Identify("/user/collector");
        for (var i = 0; i < messages; i++)
        {
            var bytes = new byte[i % 500 == 0 ? 200_000 + i : 4 + i % 100];
            BitConverter.TryWriteBytes(bytes, i);
            bytes[^1] = (byte)i;
            collector.Tell(bytes);
        }
        for (var i = 0; i < messages; i++)
        {
            var bytes = (byte[])collected.Next();
            bytes.Length.ShouldBe(i % 500 == 0 ? 200_000 + i : 4 + i % 100);
            if (bytes.Length > 4) BitConverter.ToInt32(bytes).ShouldBe(i);
            bytes[^1].ShouldBe((byte)i);
        }
    }
}
