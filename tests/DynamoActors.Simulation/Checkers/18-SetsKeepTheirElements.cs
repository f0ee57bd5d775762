using DynamoActors.Simulation.Histories;

namespace DynamoActors.Simulation.Checkers;

/// <summary>What an application of the shopping-cart kind relies on: it merges siblings by union, so nothing acknowledged may ever leave
/// the union.</summary>
internal sealed class SetsKeepTheirElements : Checker
{
    public override int Number => 18;

    public override string Invariant => "Every acknowledged element of a set is in the union of its siblings";

    public override void AtEnd(FinalState final)
    {
        foreach (var key in History.Keys)
        {
            if (!key.Name.StartsWith(Workloads.SetAdd.KeyPrefix, StringComparison.Ordinal)) continue;
            var union = Payload.ElementsOf(final[key]).ToHashSet();
            foreach (var write in History.Acknowledged(key))
                if (write.Quorum.AcknowledgementsRequired > Run.Destroyed.Count && !union.Contains(write.Id))
                    Fail(key, $"element {write.Id} was acknowledged and is not in the final set of {union.Count}");
        }
    }
}
