namespace DynamoActors.Simulation.Checkers;

/// <summary>
/// The same seed is run once more with every clock right: except for the times in them, all objects of <c>siblings</c> buckets must come
/// out the same.
/// </summary>
internal sealed class ClocksDoNotMatter : Checker
{
    public override int Number => 12;

    public override string Invariant => "Clock jumps change nothing in siblings buckets";

    public void Check(IReadOnlyDictionary<string, string> with, IReadOnlyDictionary<string, string> without)
    {
        foreach (var (key, held) in with)
            if (without.GetValueOrDefault(key) is var right && right != held) Fail(
                null, $"{key} holds {held}; with clocks that are right it holds {right ?? "nothing"}");
    }
}
