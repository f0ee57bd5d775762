namespace DynamoActors.Simulation.Engine;

/// <summary>The way from one machine to another, one direction of it, and what is wrong with it.</summary>
public sealed class SimulatedLink
{
    internal SimulatedLink(SimulatedHost from, SimulatedHost to)
    {
        From = from;
        To = to;
    }

    public SimulatedHost From { get; }

    public SimulatedHost To { get; }

    /// <summary>How long a packet takes when all is well.</summary>
    public static (TimeSpan Least, TimeSpan Most) UsualDelay => (TimeSpan.FromMicroseconds(50), TimeSpan.FromMilliseconds(1));

    /// <summary>How long a packet takes at present.</summary>
    public (TimeSpan Least, TimeSpan Most) Delay { get; set; } = UsualDelay;

    /// <summary>
    /// How likely a packet is lost. A stream notices nothing but the time until it is sent again, which all behind it wait for as well.
    /// </summary>
    public double Loss { get; set; }

    /// <summary>How many partitions lie across it; nothing gets through while there is any.</summary>
    internal int Blocks { get; set; }

    public bool IsBlocked => Blocks > 0;
}
