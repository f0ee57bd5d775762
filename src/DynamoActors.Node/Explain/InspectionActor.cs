using Akka.Actor;
using DynamoActors.Node.Listing;
using DynamoActors.Node.Requests;

namespace DynamoActors.Node.Explain;

/// <summary>Takes clients' questions about the store and starts an actor for each, which asks the other nodes, answers, and ends.</summary>
internal sealed class InspectionActor : ReceiveActor
{
    private readonly InspectionServices _services;
    private int _underWay;

    public InspectionActor(InspectionServices services)
    {
        _services = services;
        Receive<ListKeys>(list => Start(list, typeof(KeyListing)));
        Receive<InquireOf>(inquiry => Context.ActorOf(Props.Create(typeof(NodeInquiry), services, inquiry, Sender)));
        Receive<Terminated>(_ => _underWay--);
        Receive<ExplainKey>(explain => Start(explain, typeof(KeyExplanation)));
    }

    // A question that failed is answered by its actor's end; asking it again would meet the same.
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    private void Start(InspectionRequest request, Type inspection)
    {
        if (_services.Ring() is not { } ring) request.Complete(new NodeNotReady("The node has not learned the ring yet."));
        else if (_underWay == _services.ListingsMax)
            request.Complete(new NodeOverloaded(TimeSpan.FromSeconds(1),
                $"{_underWay} listings and explanations are under way on this node (dynamo.listings-max)."));
        else
        {
            _underWay++;
            Context.Watch(Context.ActorOf(Props.Create(inspection, _services, ring, request)));
        }
    }
}
