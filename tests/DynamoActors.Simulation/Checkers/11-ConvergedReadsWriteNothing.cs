namespace DynamoActors.Simulation.Checkers;

/// <summary>The run reads every key once more after it has converged and counts what the engines were given meanwhile.</summary>
internal sealed class ConvergedReadsWriteNothing : Checker
{
    public override int Number => 11;

    public override string Invariant => "Reads of converged data write nothing";

    public void Check(long appendedBefore, long appendedAfter)
    {
        if (appendedAfter != appendedBefore) Fail(null, $"reading every key once more made {appendedAfter - appendedBefore} writes");
    }
}
