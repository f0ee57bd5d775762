namespace DynamoActors.Simulation.Checkers;

/// <summary>Asked for where it is put to the test: <see cref="Nemesis.RestartsBesideOneAway"/>.</summary>
internal sealed class RestartedNodesServe : Checker
{
    public override int Number => 22;

    public override string Invariant => "A member of the ring that restarts serves within 5 s of the first greeting, whoever else is away";

    public void Noticed(string what) => Fail(null, what);
}
