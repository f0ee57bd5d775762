using System.Diagnostics;
using Akka.Actor;
using Akka.Configuration;

namespace DynamoActors.Benchmarks;

/// <summary>
/// Round trips of a 100-byte message between two processes, with 1, 64, 256 and 1024 of them outstanding. Starts itself a second time as
/// the peer.
/// </summary>
internal static class RemoteBenchmarks
{
    private const int PayloadBytes = 100;
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(3);
    private static readonly int[] Outstanding = [1, 64, 256, 1024];

    public static int Run(string[] args) => args is ["peer"] ? RunPeer() : RunDriver();

    private static int RunPeer()
    {
        using var system = Start();
        system.ActorOf(Props.Create(() => new Echo()), "echo");
        Console.WriteLine(((ExtendedActorSystem)system).Provider.DefaultAddress);
        // The driver ends the peer by closing its input.
        Console.In.ReadToEnd();
        return 0;
    }

    private static int RunDriver()
    {
        using var peer = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, PeerArguments())
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        try
        {
            var address = peer.StandardOutput.ReadLine() ?? throw new InvalidOperationException("the peer ended before it said where it listens");
            using var system = Start();
            var echo = system.ActorSelection($"{address}/user/echo").ResolveOne(TimeSpan.FromSeconds(10)).GetAwaiter().GetResult();
            foreach (var outstanding in Outstanding) Console.WriteLine(Measure(system, echo, outstanding));
            return 0;
        }
        finally
        {
            peer.StandardInput.Close();
            if (!peer.WaitForExit(TimeSpan.FromSeconds(10))) peer.Kill();
        }
    }

    private static string Measure(ActorSystem system, IActorRef echo, int outstanding)
    {
        var result = new TaskCompletionSource<(long RoundTrips, TimeSpan Took)>();
        var driver = system.ActorOf(Props.Create(() => new Driver(echo, outstanding, Measured, result)));
        var (roundTrips, took) = result.Task.GetAwaiter().GetResult();
        system.Stop(driver);
        return $"remote round trips, {PayloadBytes}-byte payload, {outstanding,4} outstanding: {roundTrips / took.TotalSeconds,9:N0} per s";
    }

    private static ActorSystem Start() => ActorSystem.Create("benchmark", ConfigurationFactory.ParseString("""
        akka.actor.provider = remote
        akka.loglevel = WARNING
        akka.remote.dot-netty.tcp { hostname = 127.0.0.1, port = 0 }
        """));

    private static string[] PeerArguments()
    {
        var own = Environment.GetCommandLineArgs()[0];
        string[] arguments = ["remote", "peer"];
        return Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [own, .. arguments] : arguments;
    }

    private sealed class Echo : ReceiveActor
    {
        public Echo() => Receive<byte[]>(bytes => Sender.Tell(bytes));
    }

    /// <summary>
    /// Keeps so many messages on their way; counts after a warm-up of a third of the time. Each carries its number, so that a lost, doubled
    /// or overtaken one is noticed.
    /// </summary>
    private sealed class Driver : ReceiveActor
    {
        private const int ClockEvery = 64;

        public Driver(IActorRef echo, int outstanding, TimeSpan measured, TaskCompletionSource<(long RoundTrips, TimeSpan Took)> result)
        {
            var clock = Stopwatch.StartNew();
            var warmUp = measured / 3;
            long sent = 0, answers = 0, before = -1;
            var began = TimeSpan.Zero;
            Receive<byte[]>(answer =>
            {
                var number = BitConverter.ToInt64(answer);
                if (number != answers || answer.Length != PayloadBytes)
                    result.TrySetException(new InvalidOperationException($"answer {number} of {answer.Length} bytes came where {answers} was due"));
                answers++;
                if (answers % ClockEvery == 0)
                {
                    var now = clock.Elapsed;
                    if (before < 0 && now >= warmUp) (before, began) = (answers, now);
                    else if (before >= 0 && now - began >= measured)
                    {
                        result.TrySetResult((answers - before, now - began));
                        return;
                    }
                }
                Send();
            });
            for (var i = 0; i < outstanding; i++) Send();

            void Send()
            {
                var payload = new byte[PayloadBytes];
                BitConverter.TryWriteBytes(payload, sent++);
                echo.Tell(payload, Self);
            }
        }
    }
}
