namespace DynamoActors.Simulation.Checkers;

/// <summary>An invariant about a part of the store that does not exist yet: it stands in the list so that nobody takes it for
/// checked.</summary>
internal sealed class Awaiting(int number, string invariant, string awaits) : Checker
{
    public override int Number => number;

    public override string Invariant => invariant;

    public override string? Awaits => awaits;
}
