using Akka.Actor;
using DynamoActors.Node.Membership;
using DynamoActors.Node.Messages;
using DynamoActors.Node.Requests;
using DynamoActors.Node.Telemetry;
using DynamoActors.Storage;

namespace DynamoActors.Node.Coordination;

/// <summary>Starts the coordinators. A failed one restarts, having answered its requests as unknown.</summary>
internal sealed class CoordinatorsActor : ReceiveActor
{
    public CoordinatorsActor(
        CoordinatorSettings settings, IStorageEngine engine, NodeCounters counters, RequestAdmission admission, NodeClock clock,
            CurrentRing ring, int count)
    {
        var coordinators = new IActorRef[count];
        for (int index = 0; index < count; index++)
            coordinators[index] = Context.ActorOf(Props.Create(
                typeof(RequestCoordinator), settings, engine, counters, admission, clock, ring), index.ToString());
        Context.Parent.Tell(new CoordinatorsStarted(coordinators));
    }
}

internal sealed record CoordinatorsStarted(IActorRef[] Coordinators);
