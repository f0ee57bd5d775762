using DynamoActors.Core.Versioning;
using DynamoActors.Simulation.Histories;

namespace DynamoActors.Simulation.Checkers;

/// <summary>What a converged cluster holds of each key, as a read from all owners says.</summary>
internal sealed class FinalState(IReadOnlyDictionary<ObjectKey, VersionedObject?> objects)
{
    public VersionedObject? this[ObjectKey key] => objects.GetValueOrDefault(key);
}
