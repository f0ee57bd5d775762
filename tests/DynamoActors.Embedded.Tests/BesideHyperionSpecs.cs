using Akka.Actor;
using Akka.Hosting;
using Akka.Remote.Hosting;
using Akka.Serialization;
using DynamoActors.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace DynamoActors.Embedded.Tests;

/// <summary>An application that sends objects of its own between its actor systems by Hyperion.</summary>
public sealed class BesideHyperionSpecs : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly string _directory = Directory.CreateTempSubdirectory("dynamo-hyperion-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(HoconAddMode.Prepend)]
    [InlineData(HoconAddMode.Append)]
    public async Task Its_messages_and_the_nodes_go_their_own_ways(HoconAddMode mode)
    {
        using var limit = new CancellationTokenSource(2 * _patience);
        using var one = await StartAsync(mode, "node1", [], limit.Token);
        var first = SystemOf(one);
        using var two = await StartAsync(mode, "node2", [Address(first)], limit.Token);
        var second = SystemOf(two);
        try
        {
            // They greet each other by the node's own serializer: without it there is no ring of two.
            foreach (var host in new[] { one, two }) await host.Services.GetRequiredService<IDynamoStore>().ReadyAsync(limit.Token);
            (await one.Services.GetRequiredService<IDynamoStore>().PutAsync("b", "k", new byte[] { 1 })).EnsureWritten();

            foreach (var system in new[] { first, second })
                system.Serialization.FindSerializerForType(typeof(Order)).ShouldBeOfType<HyperionSerializer>();
            first.ActorOf(Props.Create(() => new Echo()), "echo");
            var remote = await second.ActorSelection($"akka.tcp://app@{Address(first)}/user/echo").ResolveOne(_patience);
            (await remote.Ask<Order>(new Order("book", [1, 2]), _patience)).Pieces.ShouldBe([1, 2]);

            var greeting = Type.GetType("DynamoActors.Node.Membership.Introduction, DynamoActors.Node", throwOnError: true);
            first.Serialization.FindSerializerForType(greeting).GetType().Name.ShouldBe("ControlSerializer");
        }
        finally
        {
            await Task.WhenAll(first.Terminate(), second.Terminate());
        }
    }

    private async Task<IHost> StartAsync(HoconAddMode mode, string name, string[] seeds, CancellationToken cancellation)
    {
        var host = new HostBuilder().ConfigureServices(services => services.AddDynamoStore().AddAkka("app", akka => akka
            .AddHocon("akka.loglevel = ERROR", HoconAddMode.Prepend)
            .WithRemoting("127.0.0.1", 0)
            .AddHocon("""
                akka.actor {
                  serializers.hyperion = "Akka.Serialization.HyperionSerializer, Akka.Serialization.Hyperion"
                  serialization-bindings."System.Object" = hyperion
                }
                """, mode)
            .WithDynamoNode(new DynamoNodeOptions
            {
                Name = name,
                DataDirectory = Path.Combine(_directory, $"{mode}-{name}"),
                Seeds = seeds,
                Settings = new Dictionary<string, string>
                {
                    ["dynamo.ring.initial-members"] = "2",
                    ["dynamo.ring.replicas"] = "2",
                    ["dynamo.ring.partitions"] = "8",
                },
            }))).Build();
        await host.StartAsync(cancellation);
        return host;
    }

    private static ActorSystem SystemOf(IHost host) => host.Services.GetRequiredService<ActorSystem>();

    private static string Address(ActorSystem system) => $"127.0.0.1:{Akka.Cluster.Cluster.Get(system).SelfAddress.Port}";

    private sealed record Order(string Title, int[] Pieces);

    private sealed class Echo : ReceiveActor
    {
        public Echo() => ReceiveAny(message => Sender.Tell(message));
    }
}
