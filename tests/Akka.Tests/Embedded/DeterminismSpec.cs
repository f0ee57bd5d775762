using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Embedded;

namespace Akka.Tests.Embedded;

/// <summary>With executor, clock and chance in one hand, a system runs on one thread, the same way every time.</summary>
public sealed class DeterminismSpec
{
    [Fact]
    public void The_same_seed_gives_the_same_history_and_another_seed_another_one()
    {
        string history = HistoryOf(1);
        HistoryOf(1).ShouldBe(history);
        Enumerable.Range(2, 5).ShouldContain(seed => HistoryOf(seed) != history);
    }

    private static string HistoryOf(int seed)
    {
        var world = new World(seed);
        var history = new List<string>();
        int thread = Environment.CurrentManagedThreadId;
        ActorSystem system = ActorSystem.Create("world", ActorSystemSetup.Create(
            new EmbeddedSetup(world, world.Clock, new Random(seed)),
            BootstrapSetup.Create().WithConfig(ConfigurationFactory.ParseString("""
                akka { loglevel = OFF, loggers = [], coordinated-shutdown.run-by-clr-shutdown-hook = off }
                """))));
        Action<string> record = text =>
        {
            Environment.CurrentManagedThreadId.ShouldBe(thread, $"{text}: only the test's thread may run actors");
            history.Add($"{world.Clock.MonotonicClock.TotalSeconds} {text}");
        };
        IActorRef answerer = system.ActorOf(Props.Create(() => new Answerer()));
        for (int i = 0; i < 4; i++)
            system.ActorOf(Props.Create(() => new Asker(answerer, record)), $"asker{i}");
        world.RunFor(TimeSpan.FromSeconds(10));
        bool terminated = false;
        system.RegisterOnTermination(() =>
        {
            record("terminated");
            terminated = true;
        });
        system.Terminate();
        world.RunFor(TimeSpan.FromSeconds(10));
        terminated.ShouldBeTrue("the shutdown, too, goes through the seams");
        history.Count.ShouldBeGreaterThan(40);
        return string.Join('\n', history);
    }

    /// <summary>Chooses by its seed who runs next; lets time pass only when nobody has anything to do.</summary>
    private sealed class World(int seed) : IMailboxExecutor
    {
        private readonly Random _random = new(seed);
        private readonly List<IRunnable> _ready = [];

        internal ManualClock Clock { get; } = new();

        public void Execute(IRunnable run) => _ready.Add(run);

        internal void RunFor(TimeSpan time)
        {
            TimeSpan end = Clock.MonotonicClock + time;
            while (true)
            {
                while (_ready.Count > 0)
                {
                    int next = _random.Next(_ready.Count);
                    IRunnable run = _ready[next];
                    _ready.RemoveAt(next);
                    run.Run();
                }
                if (Clock.UntilNextTimer is not { } wait || Clock.MonotonicClock + wait > end)
                    return;
                Clock.Advance(wait);
            }
        }
    }

    private sealed class Answerer : ReceiveActor
    {
        private int _answers;

        public Answerer() => Receive<string>(_ => Sender.Tell(++_answers));
    }

    /// <summary>Uses every way back into an actor: a timer, an await, a pipe.</summary>
    private sealed class Asker : ReceiveActor, IWithTimers
    {
        private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

        public Asker(IActorRef answerer, Action<string> record)
        {
            ReceiveAsync<string>(async tick =>
            {
                int answer = await answerer.Ask<int>($"await {tick}", _patience);
                record($"{Self.Path.Name} heard {answer}");
                _ = answerer.Ask<int>("pipe", _patience).PipeTo(Self);
            });
            Receive<int>(number => record($"{Self.Path.Name} was piped {number}"));
        }

        public ITimerScheduler Timers { get; set; } = null!;

        protected override void PreStart() => Timers.StartPeriodicTimer("tick", "tick", TimeSpan.FromSeconds(1));
    }
}
