using DynamoActors.Core.Versioning;
using DynamoActors.Simulation.Histories;
using DynamoActors.Simulation.World;

namespace DynamoActors.Simulation.Checkers;

/// <summary>Looks at every object that any engine takes: a dot stands for one write, on every node, for ever.</summary>
internal sealed class NoDotTwice : Checker
{
    private const int Tombstone = -2;

    private readonly Dictionary<Dot, (int Write, HybridTime Time)> _writes = [];

    public override int Number => 4;

    public override string Invariant => "No dot is ever issued twice";

    public override void Appended(SimulatedNode node, VersionedObject held)
    {
        foreach (var sibling in held.Siblings)
        {
            var write = (sibling.IsTombstone ? Tombstone : Payload.OperationOf(sibling), sibling.Time);
            if (_writes.TryAdd(sibling.Dot, write) || _writes[sibling.Dot] == write) continue;
            Fail(History.Find(write.Item1)?.Key,
                $"{sibling.Dot} is the dot of write #{_writes[sibling.Dot].Write} of {_writes[sibling.Dot].Time}, and at {node.Name} of "
                + $"write #{write.Item1} of {write.Time}");
            _writes[sibling.Dot] = write;
        }
    }
}
