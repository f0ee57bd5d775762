using System.Diagnostics;
using Akka.Actor;
using DynamoActors.Simulation.Engine;
using DynamoActors.Simulation.Nemesis;
using DynamoActors.Simulation.Runs;
using DynamoActors.Simulation.Sabotages;
using DynamoActors.Simulation.World;

namespace DynamoActors.Simulation.Tests;

/// <summary>What the seed decides comes out the same in every process, and what it does not decide is noticed.</summary>
public sealed class SameTraceTests
{
    private static readonly TimeSpan _processMost = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Seed_has_the_same_trace_in_two_processes()
    {
        // One in which nodes start again, so that what a process has counted or hashed so far would show.
        int seed = Enumerable.Range(1, 1000).First(seed => Ordeal.NameOf(seed) == "restarts");
        var traces = await Task.WhenAll(TraceOf(seed), TraceOf(seed));
        traces[0].ShouldStartWith("trace ");
        traces[1].ShouldBe(traces[0]);
    }

    [Fact]
    public void Event_from_another_thread_never_happens_and_is_noticed()
    {
        var world = new SimulatedWorld(1);
        bool happened = false;
        OnAnotherThread(() => world.After(TimeSpan.Zero, () => happened = true));
        world.RunFor(TimeSpan.FromSeconds(1));
        happened.ShouldBeFalse();
        world.Intrusions.ShouldBe(1);
        world.FirstIntrusion!.ShouldContain(nameof(Event_from_another_thread_never_happens_and_is_noticed));
    }

    [Fact]
    public void Run_in_which_another_thread_told_an_actor_something_violates_an_invariant()
    {
        var outcome = SeedOutcome.FirstFailing(1, 1, () => new Intruder());
        outcome.ShouldNotBeNull();
        (outcome.Violation!.Number, outcome.Violation.Invariant).ShouldBe((0, "Everything happens on one thread"));
    }

    private static void OnAnotherThread(Action action)
    {
        var thread = new Thread(() => action());
        thread.Start();
        thread.Join();
    }

    private static async Task<string> TraceOf(int seed)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (string[])[typeof(SameTraceTests).Assembly.Location, "--seed", $"{seed}", "--once"])
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(_processMost);
        var (said, wrong) = (process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.ReadToEndAsync(patience.Token));
        await process.WaitForExitAsync(patience.Token);
        return (await said).Split('\n').FirstOrDefault(line => line.StartsWith("trace ", StringComparison.Ordinal))
            ?? await said + await wrong;
    }

    private sealed class Intruder : Sabotage
    {
        private bool _isIn;

        public override object? Arriving(SimulatedNode node, IActorRef recipient, object message, IActorRef? sender)
        {
            if (_isIn) return message;
            _isIn = true;
            OnAnotherThread(() => recipient.Tell(message, sender));
            return null;
        }
    }
}
