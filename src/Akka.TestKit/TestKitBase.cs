using System.Diagnostics;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Event;

namespace Akka.TestKit;

/// <summary>A test without a sender of its own: what it tells has none.</summary>
public interface INoImplicitSender;

/// <summary>
/// An actor system for a test, and an actor in it that keeps what it receives until the test expects it. Within the test
/// that actor is also the sender of what is told without one.
/// </summary>
public abstract partial class TestKitBase
{
    private static readonly Config _defaults = ConfigurationFactory.ParseString("""
        akka {
          loglevel = DEBUG
          loggers = ["Akka.TestKit.TestEventListener, Akka.TestKit"]
          log-dead-letters = off
          test {
            default-timeout = 5s
            single-expect-default = 3s
            filter-leeway = 3s
            timefactor = 1.0
          }
        }
        """);

    private static int _testActors;

    private readonly ITestKitAssertions _assertions;
    private readonly MessageBox _box = new();
    private TimeSpan? _end;
    private MessageEnvelope _last = NullMessageEnvelope.Instance;

    protected TestKitBase(ITestKitAssertions assertions, ActorSystem? system = null, string? testActorName = null)
        : this(assertions, system, ActorSystemSetup.Empty, null, testActorName)
    {
    }

    protected TestKitBase(ITestKitAssertions assertions, ActorSystemSetup setup, string? actorSystemName = null, string? testActorName = null)
        : this(assertions, null, setup, actorSystemName, testActorName)
    {
    }

    protected TestKitBase(ITestKitAssertions assertions, Config config, string? actorSystemName = null, string? testActorName = null)
        : this(
            assertions,
            null,
            ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(config)),
            actorSystemName,
            testActorName)
    {
    }

    private TestKitBase(
        ITestKitAssertions assertions, ActorSystem? system, ActorSystemSetup setup, string? actorSystemName, string? testActorName)
    {
        _assertions = assertions;
        Sys = system ?? ActorSystem.Create(actorSystemName ?? "test", WithDefaults(setup));
        TestKitSettings = new TestKitSettings(Sys.Settings.Config);
        TestActor = CreateTestActor(testActorName ?? $"testActor{Interlocked.Increment(ref _testActors)}");
        Log = Logging.GetLogger(Sys, this);
        EventFilter = CreateEventFilter(Sys);
        if (this is not INoImplicitSender and not TestProbe)
            ImplicitSender.Enter(((LocalActorRef)TestActor).Cell);
    }

    /// <summary>A clock that only goes forward.</summary>
    protected static TimeSpan Now => Stopwatch.GetElapsedTime(0);

    public static Config DefaultConfig => _defaults;

    public ActorSystem Sys { get; }

    public TestKitSettings TestKitSettings { get; }

    public ILoggingAdapter Log { get; }

    public IActorRef TestActor { get; }

    /// <summary>Who told the last message that the test received.</summary>
    public IActorRef LastSender => _last.Sender;

    public object LastMessage => _last.Message;

    public bool HasMessages => _box.HasMessages;

    public EventFilterFactory EventFilter { get; }

    /// <summary>What is left of the Within around this.</summary>
    public TimeSpan Remaining => _end is { } end ? Positive(end - Now)
        : throw new InvalidOperationException("Remaining is only known inside Within.");

    public TimeSpan RemainingOrDefault => RemainingOr(Dilated(TestKitSettings.SingleExpectDefault));

    public EventFilterFactory CreateEventFilter(ActorSystem system) => new(this, system);

    public virtual TestProbe CreateTestProbe(string? name = null) => CreateTestProbe(Sys, name);

    public virtual TestProbe CreateTestProbe(ActorSystem system, string? name = null) => new(system, _assertions, name);

    public IActorRef ActorOf(Props props) => Sys.ActorOf(props);

    public IActorRef ActorOf(Props props, string? name = null) => Sys.ActorOf(props, name);

    public IActorRef ActorOf<TActor>()
        where TActor : ActorBase, new() => Sys.ActorOf(Props.Create<TActor>());

    public IActorRef ActorOf<TActor>(string name)
        where TActor : ActorBase, new() => Sys.ActorOf(Props.Create<TActor>(), name);

    public IActorRef ActorOf<TActor>(System.Linq.Expressions.Expression<Func<TActor>> factory)
        where TActor : ActorBase => Sys.ActorOf(Props.Create(factory));

    public IActorRef ActorOf<TActor>(System.Linq.Expressions.Expression<Func<TActor>> factory, string name)
        where TActor : ActorBase => Sys.ActorOf(Props.Create(factory), name);

    /// <summary>Creates an actor below the test actor.</summary>
    public IActorRef ChildActorOf(Props props, string name, CancellationToken cancellationToken = default) =>
        TestActor.Ask<IActorRef>(new TestActor.CreateChild(props, name), cancellationToken).Result;

    public IActorRef ChildActorOf(Props props, CancellationToken cancellationToken = default) =>
        TestActor.Ask<IActorRef>(new TestActor.CreateChild(props, null), cancellationToken).Result;

    public ActorSelection ActorSelection(string actorPath) => Sys.ActorSelection(actorPath);

    public ActorSelection ActorSelection(ActorPath actorPath) => Sys.ActorSelection(actorPath);

    /// <summary>The test actor watches; it does so by the time this returns.</summary>
    public IActorRef Watch(IActorRef actorToWatch) =>
        TestActor.Ask<IActorRef>(new TestActor.WatchActor(actorToWatch), RemainingOrDefault).Result;

    public IActorRef Unwatch(IActorRef actorToUnwatch) =>
        TestActor.Ask<IActorRef>(new TestActor.UnwatchActor(actorToUnwatch), RemainingOrDefault).Result;

    /// <summary>Messages for which this holds never reach the test.</summary>
    public void IgnoreMessages(Func<object, bool> shouldIgnoreMessage) =>
        TestActor.Tell(new TestActor.SetIgnore(shouldIgnoreMessage), ActorRefs.NoSender);

    public void IgnoreMessages<T>() => IgnoreMessages(message => message is T);

    public void IgnoreMessages<T>(Func<T, bool> shouldIgnoreMessage) =>
        IgnoreMessages(message => message is T typed && shouldIgnoreMessage(typed));

    public void IgnoreNoMessages() => TestActor.Tell(new TestActor.SetIgnore(null), ActorRefs.NoSender);

    public TimeSpan Dilated(TimeSpan duration) => duration * TestKitSettings.TestTimeFactor;

    public TimeSpan RemainingOr(TimeSpan duration) => _end is { } end ? Positive(end - Now) : duration;

    public TimeSpan RemainingOrDilated(TimeSpan? duration) => duration is { } given ? Dilated(given) : RemainingOrDefault;

    /// <summary>Stops a system and waits until it has stopped.</summary>
    protected virtual void Shutdown(ActorSystem system, TimeSpan? duration = null, bool verifySystemShutdown = false)
    {
        bool stopped = system.Terminate().Wait(duration ?? Dilated(TestKitSettings.DefaultTimeout + TimeSpan.FromSeconds(5)));
        if (!stopped && verifySystemShutdown)
            throw new TimeoutException($"The actor system {system.Name} did not stop in time.");
    }

    public virtual void Shutdown(TimeSpan? duration = null, bool verifySystemShutdown = false) =>
        Shutdown(Sys, duration, verifySystemShutdown);

    internal void FailTest(string text) => _assertions.Fail("{0}", text);

    internal void AssertThat(bool condition, string text) => _assertions.AssertTrue(condition, "{0}", text);

    private protected static void LeaveThread() => ImplicitSender.Leave();

    private static TimeSpan Positive(TimeSpan time) => time > TimeSpan.Zero ? time : TimeSpan.Zero;

    private static ActorSystemSetup WithDefaults(ActorSystemSetup setup) =>
        setup.WithSetup(setup.Get<BootstrapSetup>().GetOrElse(BootstrapSetup.Create()).WithConfigFallback(_defaults));

    private IActorRef CreateTestActor(string name) =>
        ((ExtendedActorSystem)Sys).SystemActorOf(Props.Create(() => new TestActor(_box)), name);
}
