namespace DynamoActors.Simulation.Checkers;

/// <summary>Asked for where it is put to the test: <see cref="Nemesis.Moves"/>. No two nodes ever have one name, so nobody is to be turned
/// away or accused for that in any run.</summary>
internal sealed class MovesLeaveNothingBehind : Checker
{
    public override int Number => 24;

    public override string Invariant => "A node that comes back under another address is taken for itself, and the former address leaves";

    public void Noticed(string what) => Fail(null, what);

    /// <summary>An error that some node logged.</summary>
    public void Logged(string what)
    {
        if (what.Contains("came later", StringComparison.Ordinal)) Fail(null, $"a node was taken for two: {what}");
    }
}
