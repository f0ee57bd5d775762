using DynamoActors.Http.Answers;
using DynamoActors.Http.Serving;
using DynamoActors.Node.Requests;

namespace DynamoActors.Http.Operations;

/// <summary>Live: this process answers. Ready: it can serve requests for objects, which a balancer should ask before it sends
/// any.</summary>
internal sealed class HealthPages(IStoreNode node)
{
    private volatile bool _draining;

    public void Drain() => _draining = true;

    public ValueTask ServeLiveAsync(Exchange exchange) =>
        exchange.WriteJsonAsync(200, new Health("live", node.Name), StoreJson.Default.Health);

    public ValueTask ServeReadyAsync(Exchange exchange)
    {
        var readiness = _draining ? new NodeReadiness(false, "The node is stopping.") : node.Readiness;
        return readiness.Ready
            ? exchange.WriteJsonAsync(200, new Health("ready", node.Name), StoreJson.Default.Health)
            : exchange.WriteJsonAsync(503, new Health("not-ready", node.Name) { Reason = readiness.Reason }, StoreJson.Default.Health);
    }
}
