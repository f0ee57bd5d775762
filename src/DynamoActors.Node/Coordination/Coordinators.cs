using Akka.Actor;
using DynamoActors.Node.Ring;
using DynamoActors.Storage;

namespace DynamoActors.Node.Coordination;

/// <summary>Starts the coordinators and passes the ring on to each. A failed one restarts, having answered its requests as unknown.</summary>
internal sealed class CoordinatorsActor : ReceiveActor
{
    private RingView? _ring;

    public CoordinatorsActor(CoordinatorSettings settings, IStorageEngine engine, NodeCounters counters, RequestAdmission admission, int count)
    {
        var coordinators = new IActorRef[count];
        for (int index = 0; index < count; index++)
            coordinators[index] = Context.ActorOf(Props.Create(typeof(RequestCoordinator), settings, engine, counters, admission), index.ToString());
        Context.Parent.Tell(new CoordinatorsStarted(coordinators));
        Receive<RingView>(ring =>
        {
            _ring = ring;
            foreach (var coordinator in coordinators) coordinator.Tell(ring);
        });
        // A restarted coordinator asks.
        Receive<TellRing>(_ =>
        {
            if (_ring is not null) Sender.Tell(_ring);
        });
    }
}

internal sealed record CoordinatorsStarted(IActorRef[] Coordinators);

internal sealed class TellRing
{
    public static readonly TellRing Instance = new();
}
