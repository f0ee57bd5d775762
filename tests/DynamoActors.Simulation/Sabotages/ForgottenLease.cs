using System.Buffers.Binary;
using Akka.Actor;
using DynamoActors.Node.Local;
using DynamoActors.Node.Messages;
using DynamoActors.Simulation.World;
using DynamoActors.Storage;

namespace DynamoActors.Simulation.Sabotages;

/// <summary>The record of the identity is read with its lease at the beginning, and no peer remembers better.</summary>
internal sealed class ForgottenLease : Sabotage
{
    private const int LeaseOffset = 1 + sizeof(ulong);

    public override string Name => "forgotten-lease";

    public override string Description => "a node forgets which dot counters it had leased";

    public override IStorageEngine Engine(SimulatedNode node, IStorageEngine engine) => new Forgetful(engine);

    public override object? Arriving(SimulatedNode node, IActorRef recipient, object message, IActorRef? sender) =>
        message is IdentityTold told ? told with { Seen = 0, Newest = 0 } : message;

    private sealed class Forgetful(IStorageEngine engine) : EngineDecorator(engine)
    {
        public override bool TryGet(ReadOnlySpan<byte> key, out ReadOnlyMemory<byte> value)
        {
            bool found = base.TryGet(key, out value);
            if (!found || !key.SequenceEqual(StoreKey.Identity.Span)) return found;
            var forgotten = value.ToArray();
            BinaryPrimitives.WriteUInt64LittleEndian(forgotten.AsSpan(LeaseOffset), 1);
            value = forgotten;
            return true;
        }
    }
}
