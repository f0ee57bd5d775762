using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Event;

namespace Akka.Tests.Event;

public sealed class LoggersAtTheEndSpec
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task What_was_logged_before_the_end_is_written()
    {
        using var written = new Written();
        var config = ConfigurationFactory.ParseString($"akka.loglevel = INFO, akka.loggers = [\"{typeof(SlowLogger).AssemblyQualifiedName}\"]");
        var system = (ExtendedActorSystem)ActorSystem.Create("ending", ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(config), written));
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        system.SystemActorOf(Props.Create(() => new LastWords(stopped)));
        string[] entries = [.. Enumerable.Range(0, 500).Select(i => $"entry {i}")];
        foreach (string entry in entries)
            system.Log.Info(entry);

        Task ended = system.Terminate();
        // The logger stands still at its first entry until the engine's other actors have been stopped.
        await stopped.Task.WaitAsync(_patience);
        written.Gate.Set();
        await ended.WaitAsync(_patience);

        written.Texts.ShouldBe([.. entries, "last words"]);
    }

    [Fact]
    public async Task A_logger_that_has_ended_before_keeps_nobody_waiting()
    {
        var config = ConfigurationFactory.ParseString($"akka.stdout-loglevel = OFF, akka.loggers = [\"{typeof(Broken).AssemblyQualifiedName}\"]");
        var system = ActorSystem.Create("ending", config);
        await system.Terminate().WaitAsync(_patience);
    }

    private sealed class Written : Setup, IDisposable
    {
        public ConcurrentQueue<string> Texts { get; } = new();

        public ManualResetEventSlim Gate { get; } = new();

        public void Dispose() => Gate.Dispose();
    }

    private sealed class SlowLogger : DefaultLogger
    {
        private readonly Written _written = Context.System.Settings.Setup.Get<Written>().Value;

        protected override void Print(LogEvent logEvent)
        {
            _written.Gate.Wait(_patience).ShouldBeTrue();
            _written.Texts.Enqueue(logEvent.Message.ToString()!);
        }
    }

    private sealed class Broken : DefaultLogger
    {
        public Broken() => throw new InvalidOperationException("no disk");
    }

    private sealed class LastWords(TaskCompletionSource stopped) : ReceiveActor
    {
        protected override void PostStop()
        {
            Context.System.Log.Info("last words");
            stopped.SetResult();
        }
    }
}
