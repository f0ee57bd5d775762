using Akka.Actor;
using DynamoActors.Node.Coordination;

namespace DynamoActors.Node.Inspection;

/// <summary>Takes clients' questions about the store and starts an actor for each, which asks the other nodes, answers, and ends.</summary>
internal sealed class InspectionActor : ReceiveActor
{
    private readonly InspectionServices _services;

    public InspectionActor(InspectionServices services)
    {
        _services = services;
        Receive<ListKeys>(list => Start(list, typeof(KeyListing)));
        Receive<ExplainKey>(explain => Start(explain, typeof(KeyExplanation)));
    }

    // A question that failed is answered by its actor's end; asking it again would meet the same.
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    private void Start(InspectionRequest request, Type inspection)
    {
        if (_services.Ring() is { } ring) Context.ActorOf(Props.Create(inspection, _services, ring, request));
        else request.Complete(new NodeNotReady("The node has not learned the ring yet."));
    }
}
