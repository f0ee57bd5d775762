namespace DynamoActors.Client.Tests.Scripted;

/// <summary>Timers run, but what time it is the test says.</summary>
internal sealed class Clock : TimeProvider
{
    public TimeSpan Ahead { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + Ahead;

    public override long GetTimestamp() => Ahead.Ticks;
}
