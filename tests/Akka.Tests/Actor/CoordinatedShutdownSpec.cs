using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;

namespace Akka.Tests.Actor;

public sealed class CoordinatedShutdownSpec() : ActorSpec(
    "akka.scheduler.implementation = \"Akka.TestKit.TestScheduler, Akka.TestKit\"")
{
    private readonly ConcurrentQueue<string> _ran = new();

    private CoordinatedShutdown Shutdowns => CoordinatedShutdown.Get(Sys);

    [Fact]
    public async Task Phases_run_in_their_order_and_end_with_the_system()
    {
        Add(CoordinatedShutdown.PhaseBeforeActorSystemTerminate);
        Add(CoordinatedShutdown.PhaseClusterLeave);
        Add(CoordinatedShutdown.PhaseServiceUnbind);
        Add(CoordinatedShutdown.PhaseBeforeServiceUnbind);
        Add(CoordinatedShutdown.PhaseServiceStop);
        Add(CoordinatedShutdown.PhaseClusterShutdown);
        Sys.RegisterOnTermination(() => _ran.Enqueue("terminated"));
        await Sys.Terminate();
        _ran.ShouldBe(
        [
            "before-service-unbind", "service-unbind", "service-stop", "cluster-leave", "cluster-shutdown",
            "before-actor-system-terminate", "terminated",
        ]);
        Shutdowns.ShutdownReason.ShouldBe(CoordinatedShutdown.ActorSystemTerminateReason.Instance);
    }

    [Fact]
    public async Task It_runs_once_for_the_first_reason()
    {
        Add(CoordinatedShutdown.PhaseServiceStop);
        Task first = Shutdowns.Run(CoordinatedShutdown.ClusterLeavingReason.Instance);
        Task second = Shutdowns.Run(CoordinatedShutdown.ClrExitReason.Instance);
        await Task.WhenAll(first, second);
        _ran.Count.ShouldBe(1);
        Shutdowns.ShutdownReason.ShouldBe(CoordinatedShutdown.ClusterLeavingReason.Instance);
    }

    [Fact]
    public async Task A_phase_that_takes_too_long_is_left_behind()
    {
        var never = new TaskCompletionSource<Done>();
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Shutdowns.AddTask(CoordinatedShutdown.PhaseServiceUnbind, "never", () =>
        {
            started.SetResult();
            return never.Task;
        });
        Add(CoordinatedShutdown.PhaseServiceStop);
        Task run = Shutdowns.Run(CoordinatedShutdown.UnknownReason.Instance);
        await started.Task;
        _ran.ShouldBeEmpty();
        ((TestScheduler)Sys.Scheduler).Advance(Shutdowns.Timeout(CoordinatedShutdown.PhaseServiceUnbind));
        await run;
        _ran.ShouldBe(["service-stop"]);
    }

    [Fact]
    public async Task A_task_that_fails_does_not_stop_the_others()
    {
        Shutdowns.AddTask(CoordinatedShutdown.PhaseServiceStop, "bad", () => throw new InvalidOperationException("boom"));
        Add(CoordinatedShutdown.PhaseServiceStop);
        Add(CoordinatedShutdown.PhaseClusterLeave);
        await EventFilter.Warning(contains: "task bad in phase service-stop failed: boom")
            .ExpectOneAsync(() => Shutdowns.Run(CoordinatedShutdown.UnknownReason.Instance));
        _ran.ShouldBe(["service-stop", "cluster-leave"]);
    }

    [Fact]
    public async Task It_can_begin_in_a_later_phase()
    {
        Add(CoordinatedShutdown.PhaseServiceStop);
        Add(CoordinatedShutdown.PhaseClusterExiting);
        await Shutdowns.Run(CoordinatedShutdown.ClusterDowningReason.Instance, CoordinatedShutdown.PhaseClusterExiting);
        _ran.ShouldBe(["cluster-exiting"]);
    }

    [Fact]
    public void An_unknown_phase_is_refused_with_the_names_of_those_there_are() =>
        Should.Throw<ArgumentException>(() => Shutdowns.AddTask("no-such-phase", "task", () => Task.FromResult(Done.Instance)))
            .Message.ShouldContain("before-service-unbind, service-unbind");

    [Fact]
    public void Phases_in_a_circle_are_refused()
    {
        Config circle = ConfigurationFactory.ParseString("akka.coordinated-shutdown.phases.before-service-unbind.depends-on = [service-stop]");
        Should.Throw<ConfigurationException>(() => ActorSystem.Create("circle", circle)).Message.ShouldContain("circle");
    }

    private void Add(string phase) => Shutdowns.AddTask(phase, "record", () =>
    {
        _ran.Enqueue(phase);
        return Task.FromResult(Done.Instance);
    });
}
