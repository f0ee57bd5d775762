using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Embedded.Simulation;

namespace DynamoActors.Simulation.Tests;

/// <summary>The engine's own part, without the store: two systems, one network, virtual time.</summary>
public sealed class SimulatedNetworkTests
{
    private static readonly TimeSpan _most = TimeSpan.FromSeconds(60);

    [Fact]
    public void Message_gets_to_another_machine_and_its_answer_back()
    {
        var pair = new Pair(seed: 1);
        pair.Ask("hello");
        pair.Simulation.RunUntil(() => pair.Answers.Count == 1, _most).ShouldBeTrue();
        pair.Answers.ShouldBe(["hello"]);
        pair.Simulation.Now.ShouldBeGreaterThan(TimeSpan.Zero);
    }

    [Fact]
    public void Same_seed_gives_the_same_trace_and_another_seed_another()
    {
        ulong first = HashOf(seed: 7), again = HashOf(seed: 7), other = HashOf(seed: 8);
        again.ShouldBe(first);
        other.ShouldNotBe(first);

        static ulong HashOf(int seed)
        {
            var pair = new Pair(seed);
            for (int number = 0; number < 100; number++) pair.Ask($"{number}");
            pair.Simulation.RunUntil(() => pair.Answers.Count == 100, _most).ShouldBeTrue();
            return pair.Simulation.Trace.Hash;
        }
    }

    [Fact]
    public void Order_between_two_actors_survives_lost_packets()
    {
        var pair = new Pair(seed: 2);
        pair.Simulation.Network.Link(pair.Near, pair.Far).Loss = 0.2;
        pair.Simulation.Network.Link(pair.Far, pair.Near).Loss = 0.2;
        for (int number = 0; number < 200; number++)
        {
            int sent = number;
            pair.Simulation.After(TimeSpan.FromMilliseconds(10 * number), () => pair.Ask($"{sent}"));
        }
        pair.Simulation.RunUntil(() => pair.Answers.Count == 200, _most).ShouldBeTrue();
        pair.Answers.ShouldBe(Enumerable.Range(0, 200).Select(number => $"{number}"));
    }

    [Fact]
    public void Nothing_gets_through_a_blocked_link_until_it_opens()
    {
        var pair = new Pair(seed: 3);
        pair.Simulation.Network.Block(pair.Near, pair.Far);
        pair.Ask("lost");
        pair.Simulation.RunFor(TimeSpan.FromSeconds(30));
        pair.Answers.ShouldBeEmpty();
        pair.Simulation.Network.Unblock(pair.Near, pair.Far);
        pair.Simulation.RunFor(TimeSpan.FromSeconds(1));
        pair.Ask("found");
        pair.Simulation.RunUntil(() => pair.Answers.Contains("found"), _most).ShouldBeTrue();
    }

    [Fact]
    public void Machine_that_stands_still_answers_when_it_goes_on()
    {
        var pair = new Pair(seed: 4);
        pair.Ask("before");
        pair.Simulation.RunUntil(() => pair.Answers.Count == 1, _most).ShouldBeTrue();
        pair.Far.Pause();
        pair.Ask("meanwhile");
        pair.Simulation.RunFor(TimeSpan.FromSeconds(5));
        pair.Answers.Count.ShouldBe(1);
        pair.Far.Resume();
        pair.Simulation.RunUntil(() => pair.Answers.Count == 2, _most).ShouldBeTrue();
    }

    [Fact]
    public void Nothing_of_a_process_happens_after_its_end()
    {
        var pair = new Pair(seed: 5);
        pair.Ask("before");
        pair.Simulation.RunUntil(() => pair.Answers.Count == 1, _most).ShouldBeTrue();
        pair.Far.Process!.Kill(silently: true);
        pair.Ask("after");
        pair.Simulation.RunFor(TimeSpan.FromMinutes(1));
        pair.Answers.ShouldBe(["before"]);
    }

    private sealed class Pair
    {
        private readonly IActorRef _asker;

        public Pair(int seed)
        {
            Simulation = new Akka.Embedded.Simulation.Simulation(seed);
            (Near, Far) = (Simulation.AddHost("near"), Simulation.AddHost("far"));
            var system = Start(Near);
            Start(Far).ActorOf(Props.Create(() => new Echo()), "echo");
            _asker = system.ActorOf(Props.Create(() => new Asker(Answers, "akka.tcp://pair@far:4053/user/echo")), "asker");
        }

        public Akka.Embedded.Simulation.Simulation Simulation { get; }

        public SimulatedHost Near { get; }

        public SimulatedHost Far { get; }

        public List<string> Answers { get; } = [];

        public void Ask(string text) => _asker.Tell(new Question(text), ActorRefs.NoSender);

        private static ActorSystem Start(SimulatedHost host) => ActorSystem.Create("pair", host.StartProcess().Setup(throughput: 5)
            .And(BootstrapSetup.Create().WithConfig(ConfigurationFactory.ParseString($$"""
                akka.actor.provider = remote
                akka.stdout-loglevel = OFF
                akka.loggers = []
                akka.coordinated-shutdown.run-by-clr-shutdown-hook = off
                akka.remote.dot-netty.tcp { hostname = "{{host.Name}}", port = 4053 }
                """))));
    }

    private sealed record Question(string Text);

    private sealed class Echo : ReceiveActor
    {
        public Echo() => ReceiveAny(message => Sender.Tell(message));
    }

    private sealed class Asker : ReceiveActor
    {
        public Asker(List<string> answers, string echo)
        {
            Receive<Question>(question => Context.ActorSelection(echo).Tell(question.Text, Self));
            Receive<string>(answers.Add);
        }
    }
}
