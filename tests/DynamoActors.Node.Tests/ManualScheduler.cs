using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.TestKit;

namespace DynamoActors.Node.Tests;

/// <summary>Akka's test scheduler, whose monotonic clocks go by the same time as what it runs.</summary>
public sealed class ManualScheduler(Config config, ILoggingAdapter log) : TestScheduler(config, log), IScheduler
{
    /// <summary>For <c>akka.scheduler.implementation</c>.</summary>
    public static readonly string Hocon =
        $"akka.scheduler.implementation = \"{typeof(ManualScheduler).FullName}, {typeof(ManualScheduler).Assembly.GetName().Name}\"";

    private readonly DateTimeOffset _epoch = DateTimeOffset.UnixEpoch;

    TimeSpan ITimeProvider.MonotonicClock => Now - _epoch;

    TimeSpan ITimeProvider.HighResMonotonicClock => Now - _epoch;
}
