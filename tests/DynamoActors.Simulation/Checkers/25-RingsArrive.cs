namespace DynamoActors.Simulation.Checkers;

/// <summary>Noticed by the ordeal that changes the ring.</summary>
internal sealed class RingsArrive : Checker
{
    public override int Number => 25;

    public override string Invariant => "A change of the ring that is committed comes to its end, and who was removed is told so";

    public void Noticed(string what) => Fail(null, what);
}
