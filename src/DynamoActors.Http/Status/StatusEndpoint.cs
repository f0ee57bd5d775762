using System.Text;
using DynamoActors.Http.Answers;
using DynamoActors.Http.Operations;
using DynamoActors.Http.Problems;
using DynamoActors.Http.Serving;
using DynamoActors.Http.Targets;
using DynamoActors.Node.Requests;

namespace DynamoActors.Http.Status;

/// <summary>Serves <c>/</c>: the cluster for people, whole and without a script; page.js only fetches it again and again.</summary>
internal sealed class StatusEndpoint(IStoreNode node, int keyBytesMax, TimeProvider time, bool isSecure)
{
    /// <summary>Nothing but this node's own files, and no script or style within the page: what is stored can never run.</summary>
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private readonly Neighbours _neighbours = new(node, time);

    public ValueTask ServeAsync(Exchange exchange, ReadOnlySpan<char> query, ReadOnlySpan<char> encodedKey)
    {
        var form = new KeyForm();
        if (!form.TryRead(query, encodedKey, out var problem)) return exchange.WriteAsync(problem);
        return ServeAsync(exchange, form);
    }

    private async ValueTask ServeAsync(Exchange exchange, KeyForm form)
    {
        var found = form.IsEmpty ? Html.None : await LookUpAsync(exchange, form);
        var page = Page.Of(await SightAsync(), form, found);
        var headers = exchange.Response.Headers;
        headers.ContentType = "text/html; charset=utf-8";
        headers.CacheControl = "no-store";
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        await exchange.WriteAsync(200, Encoding.UTF8.GetBytes(page.ToString()));
    }

    private async Task<Html> LookUpAsync(Exchange exchange, KeyForm form)
    {
        if (!form.TryReadNames(keyBytesMax, out var bucket, out var key, out var problem)) return KeySection.Refused(problem.Detail);
        var asked = new ExplainKey(bucket, key, exchange);
        return await exchange.AskAsync(node, asked) is var outcome && outcome is KeyExplained explained
            ? KeySection.Of(asked, explained, node.Bucket(bucket), time.GetUtcNow())
            : KeySection.Refused(OutcomeProblems.Of(outcome, isWrite: false).Detail);
    }

    private async Task<Sight> SightAsync()
    {
        var (ring, own) = (node.Ring, _neighbours.Own);
        var nodes = await Task.WhenAll(own.Cluster.Members.ToList().Select(async member => new NodeSight(
            member, member.Name == node.Name ? own : member.Reachable ? await _neighbours.AskAsync(member.Name) : null)));
        var readiness = node.Readiness;
        return new Sight(time.GetUtcNow(), node.Name, readiness.Ready ? null : readiness.Reason, ring is null ? null : RingPage.Of(ring),
            nodes, isSecure ? "https" : "http");
    }
}
