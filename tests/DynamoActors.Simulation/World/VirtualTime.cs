namespace DynamoActors.Simulation.World;

/// <summary>Virtual time for the store, which asks it only how old its log is.</summary>
internal sealed class VirtualTime(Akka.Embedded.Simulation.Simulation simulation) : TimeProvider
{
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Akka.Embedded.Simulation.Simulation.Epoch + simulation.Now;

    public override long GetTimestamp() => simulation.Now.Ticks;
}
