using DynamoActors.Node.Requests;
using DynamoActors.Simulation.Engine;
using DynamoActors.Simulation.Histories;
using DynamoActors.Simulation.Runs;
using DynamoActors.Simulation.World;

namespace DynamoActors.Simulation.Workloads;

/// <summary>Hands one request to a node's door and takes the answer, or the end of the client's patience if that comes first.</summary>
internal sealed class Reply(Observed run, SimulatedClient client, Operation operation, SimulatedNode node, Action<Operation> then)
    : IClientReply
{
    private readonly SimulatedProcess? _process = node.Host.Process;
    private bool _ended;

    /// <summary>The node has taken it and is still to answer.</summary>
    private bool _isUnderWay;

    public void Submit(ClientRequest request)
    {
        _isUnderWay = true;
        run.Admission.Enters(node, _process!);
        operation.Submitted = run.Now;
        node.Door!.Submit(request);
    }

    public void Complete(ClientOutcome outcome)
    {
        if (_isUnderWay) run.Admission.Leaves(_process!);
        _isUnderWay = false;
        operation.Answered = run.Now;
        // What comes later is somebody else's word: that of the node to which the put was handed on, or of replicas that are busy.
        if (outcome is NodeOverloaded && operation.Answered == operation.Submitted) run.Admission.Refused(node, _process!);
        // A process that lost its power while it worked says nothing any more.
        if (_process is { IsAlive: true }) client.After(() => End(outcome));
    }

    public void End(ClientOutcome? outcome)
    {
        if (_ended) return;
        _ended = true;
        client.Ended(operation, outcome);
        then(operation);
    }
}
