using System.Diagnostics;
using Akka.Actor;

namespace DynamoActors.Benchmarks;

/// <summary>What one message, one request and one actor cost, in one process.</summary>
internal static class EngineBenchmarks
{
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(2);

    public static int Run(string[] args)
    {
        using ActorSystem system = ActorSystem.Create("benchmark");
        foreach (int outstanding in new[] { 1, 64 })
            Report($"local tell round trips, {outstanding} outstanding", TellRoundTrips(system, outstanding));
        foreach (int callers in new[] { 1, 64 })
            Report($"local ask, {callers} callers", Asks(system, callers));
        Report("spawn and stop", SpawnAndStop(system));
        system.Terminate().Wait();
        return RemoteBenchmarks.Run(args);
    }

    private static void Report(string workload, double perSecond) => Console.WriteLine($"{workload,-40} {perSecond,14:N0}/s");

    private static double TellRoundTrips(ActorSystem system, int outstanding)
    {
        Pingers(system, outstanding, TimeSpan.FromMilliseconds(500));
        return Pingers(system, outstanding, Measured);
    }

    // As many pairs as cores, so that both have work; the balls are shared out among them.
    private static double Pingers(ActorSystem system, int outstanding, TimeSpan time)
    {
        int pairs = Math.Min(Environment.ProcessorCount, outstanding);
        using var stop = new CancellationTokenSource();
        var watch = Stopwatch.StartNew();
        var counts = new Task<object>[pairs];
        for (int i = 0; i < pairs; i++)
        {
            IActorRef echo = system.ActorOf(Props.Create<Echo>());
            int balls = outstanding / pairs;
            IActorRef pinger = system.ActorOf(Props.Create(() => new Pinger(echo, balls, stop.Token)));
            counts[i] = pinger.Ask(Pinger.Start);
        }
        Thread.Sleep(time);
        stop.Cancel();
        Task.WaitAll(counts);
        TimeSpan took = watch.Elapsed;
        return counts.Sum(c => (long)c.Result) / took.TotalSeconds;
    }

    private static double Asks(ActorSystem system, int callers)
    {
        AskFor(system, callers, TimeSpan.FromMilliseconds(500)).Wait();
        return AskFor(system, callers, Measured).Result;
    }

    private static async Task<double> AskFor(ActorSystem system, int callers, TimeSpan time)
    {
        IActorRef[] echoes = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => system.ActorOf(Props.Create<Echo>()))];
        using var stop = new CancellationTokenSource(time);
        var watch = Stopwatch.StartNew();
        long[] counts = await Task.WhenAll(Enumerable.Range(0, callers).Select(i => Task.Run(() => Caller(echoes[i % echoes.Length], stop.Token))));
        return counts.Sum() / watch.Elapsed.TotalSeconds;
    }

    private static async Task<long> Caller(IActorRef echo, CancellationToken stop)
    {
        long count = 0;
        while (!stop.IsCancellationRequested)
        {
            await echo.Ask<object>(Ball.Instance);
            count++;
        }
        return count;
    }

    private static double SpawnAndStop(ActorSystem system)
    {
        const int Actors = 200_000;
        var watch = Stopwatch.StartNew();
        IActorRef parent = system.ActorOf(Props.Create(() => new Spawner(Actors)));
        parent.Ask(Ball.Instance).Wait();
        return Actors / watch.Elapsed.TotalSeconds;
    }

    private sealed record Ball
    {
        internal static readonly Ball Instance = new();
    }

    private sealed class Echo : ReceiveActor
    {
        public Echo() => Receive<Ball>(ball => Sender.Tell(ball));
    }

    private sealed class Pinger : ReceiveActor
    {
        internal static readonly object Start = new();
        private IActorRef? _asker;
        private int _inFlight;
        private long _count;

        public Pinger(IActorRef echo, int balls, CancellationToken stop)
        {
            Receive<Ball>(ball =>
            {
                _count++;
                if (!stop.IsCancellationRequested)
                    echo.Tell(ball);
                else if (--_inFlight == 0)
                {
                    _asker!.Tell(_count);
                    Context.Stop(echo);
                    Context.Stop(Self);
                }
            });
            ReceiveAny(_ =>
            {
                _asker = Sender;
                for (; _inFlight < balls; _inFlight++)
                    echo.Tell(Ball.Instance);
            });
        }
    }

    private sealed class Spawner : ReceiveActor
    {
        private readonly int _actors;
        private IActorRef? _asker;
        private int _spawned;
        private int _stopped;

        public Spawner(int actors)
        {
            _actors = actors;
            Receive<Ball>(_ =>
            {
                _asker = Sender;
                for (int i = 0; i < 64; i++)
                    SpawnOne();
            });
            Receive<Terminated>(_ =>
            {
                if (++_stopped == _actors)
                    _asker!.Tell(_stopped);
                else
                    SpawnOne();
            });
        }

        private void SpawnOne()
        {
            if (_spawned == _actors)
                return;
            _spawned++;
            Context.Watch(Context.ActorOf(Props.Create<Echo>())).Tell(PoisonPill.Instance);
        }
    }
}
