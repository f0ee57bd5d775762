using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace DynamoActors.Pbm.Asking;

/// <summary>Asks one node, and tells in words what went wrong.</summary>
internal sealed class NodeClient(HttpClient http, Uri address)
{
    private const string ProblemType = "application/problem+json";

    public Uri Address => address;

    /// <summary>A page as it came, and what pbm reads of it.</summary>
    public Task<(JsonNode Json, T Page)> PageAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken stop) =>
        PageAsync(HttpMethod.Get, path, type, stop);

    /// <summary>The same, of a request that may change something.</summary>
    public async Task<(JsonNode Json, T Page)> PageAsync<T>(HttpMethod method, string path, JsonTypeInfo<T> type, CancellationToken stop)
    {
        var bytes = await BytesAsync(method, path, stop);
        try
        {
            return (JsonNode.Parse(bytes)!, JsonSerializer.Deserialize(bytes, type)!);
        }
        catch (JsonException e)
        {
            throw new PbmException(ExitCodes.NoNode,
                $"{address}{path.Split('?')[0]} answers, but not as this pbm needs it: {e.Message.Split(" Path:")[0]} "
                + "The node is of another version, or it is no node. Use the pbm of the node's own version, or bring the node up to date.");
        }
    }

    public Task<byte[]> BytesAsync(string path, CancellationToken stop) => BytesAsync(HttpMethod.Get, path, stop);

    private async Task<byte[]> BytesAsync(HttpMethod method, string path, CancellationToken stop)
    {
        using var answer = await SendAsync(new HttpRequestMessage(method, new Uri(address, path)), stop);
        if (answer.IsSuccessStatusCode) return await answer.Content.ReadAsByteArrayAsync(stop);
        throw await RefusalAsync(answer, stop);
    }

    /// <summary>Whatever is answered; no answer at all is told.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken stop,
        HttpCompletionOption completion = HttpCompletionOption.ResponseContentRead)
    {
        try
        {
            var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
            return completion == HttpCompletionOption.ResponseHeadersRead ? answer : await WholeAsync(answer, stop);
        }
        catch (HttpRequestException e) when (e.InnerException is SocketException { SocketErrorCode: var code })
        {
            throw NoNode(code switch
            {
                SocketError.ConnectionRefused => "nothing listens there. Is the node running, and is that the address of its HTTP?",
                SocketError.HostNotFound => "there is no such host.",
                _ => e.InnerException.Message,
            });
        }
        catch (HttpRequestException e) when (e.InnerException is AuthenticationException proof)
        {
            throw NoNode($"it does not prove to be a node of yours ({proof.Message}). --authority (PBM_AUTHORITY) names the file with the "
                + "authority of the nodes' certificates, and the address is one of the names in the node's certificate.");
        }
        catch (HttpRequestException e)
        {
            // One of the node's other ports answers with bytes of its own, or closes.
            throw NoNode($"something listens there that speaks no HTTP ({e.Message}). A node takes HTTP on 8081 unless told otherwise; "
                + "4053 and 4153 are for other nodes.");
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw NoNode($"no answer within {http.Timeout.TotalSeconds:0} s. --timeout waits longer.");
        }
    }

    private async Task<HttpResponseMessage> WholeAsync(HttpResponseMessage answer, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(http.Timeout);
        try
        {
            await answer.Content.LoadIntoBufferAsync(limit.Token);
            return answer;
        }
        catch (Exception e)
        {
            answer.Dispose();
            if (e is not HttpRequestException) throw;
            throw NoNode($"its answer broke off ({e.InnerException?.Message ?? e.Message}). Does the node stop, or a proxy in between?");
        }
    }

    /// <summary>What a node says of itself in a problem, or what kind of stranger answered.</summary>
    public async Task<PbmException> RefusalAsync(HttpResponseMessage answer, CancellationToken stop)
    {
        var what = $"{answer.RequestMessage!.Method} {answer.RequestMessage.RequestUri}";
        var problem = answer.Content.Headers.ContentType?.MediaType == ProblemType
            ? ObjectIn(await answer.Content.ReadAsByteArrayAsync(stop)) : null;
        if (problem is null)
            return new PbmException(ExitCodes.NoNode,
                $"{what}: {(int)answer.StatusCode}, and not as a DynamoActors node would say it. {address} is something else, or a "
                    + $"proxy in front of a node.");
        if ((string?)problem["type"] == "/problems/no-such-route")
            return new PbmException(ExitCodes.NoNode,
                $"The node at {address} is too old for this: it has no {answer.RequestMessage.RequestUri!.AbsolutePath}. Bring it up to "
                    + $"date.");
        var retry = answer.Headers.RetryAfter is null ? "" : " Trying again may help.";
        return new PbmException(ExitCodes.Refused, $"{(string?)problem["title"]}: {(string?)problem["detail"]}{retry}");
    }

    private static JsonObject? ObjectIn(byte[] body)
    {
        try
        {
            return JsonNode.Parse(body) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private PbmException NoNode(string why) => new(ExitCodes.NoNode, $"{address}: {why}");
}
