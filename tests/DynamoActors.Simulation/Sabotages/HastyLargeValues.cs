using DynamoActors.Simulation.World;
using DynamoActors.Storage;

namespace DynamoActors.Simulation.Sabotages;

internal sealed class HastyLargeValues : Sabotage
{
    public override string Name => "hasty-large-values";

    public override string Description => "large values are acknowledged before the disk has them";

    public override IStorageEngine Engine(SimulatedNode node, IStorageEngine engine) => new Hasty(engine);

    private sealed class Hasty(IStorageEngine engine) : EngineDecorator(engine)
    {
        public override long WriteLarge(long bytesMax) => long.MaxValue;
    }
}
