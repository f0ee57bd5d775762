using System.Text.Json;
using DynamoActors.Http.Serving;
using DynamoActors.Node.Requests;

namespace DynamoActors.Http.Operations;

/// <summary>Live: this process answers. Ready: it can serve requests for objects, which a balancer should ask before it sends any.</summary>
internal sealed class HealthPages(IStoreNode node)
{
    private volatile bool _draining;

    public void Drain() => _draining = true;

    public ValueTask ServeLiveAsync(Exchange exchange) => exchange.WriteJsonAsync(200, Render("live", "", node.Name));

    public ValueTask ServeReadyAsync(Exchange exchange)
    {
        var readiness = _draining ? new NodeReadiness(false, "The node is stopping.") : node.Readiness;
        return readiness.Ready
            ? exchange.WriteJsonAsync(200, Render("ready", "", node.Name))
            : exchange.WriteJsonAsync(503, Render("not-ready", readiness.Reason, node.Name));
    }

    private static ReadOnlyMemory<byte> Render(string status, string reason, string name) => JsonText.Object(json =>
    {
        json.WriteString("status", status);
        json.WriteString("node", name);
        if (reason.Length > 0) json.WriteString("reason", reason);
    });
}
