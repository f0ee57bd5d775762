using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using DynamoActors.Http.Answers;
using DynamoActors.Http.Security;

namespace DynamoActors.Http.Status;

/// <summary>Asks the other nodes for what they say of themselves, over their HTTP, each at most once a second.</summary>
/// <param name="tls">They are asked over it as this node is.</param>
internal sealed class Neighbours(TimeProvider time, ClientTls? tls) : IDisposable
{
    private const int AnswerBytesMax = 8 * 1024 * 1024;
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Asked> _asked = new();
    private readonly HttpClient _client = new(Handler(tls)) { MaxResponseContentBufferSize = AnswerBytesMax };

    public string Scheme { get; } = tls is null ? "http" : "https";

    /// <param name="address">host:port</param>
    /// <param name="authorization">Of whoever asks this node: what he may see here he may see there.</param>
    /// <returns>Null: it did not answer.</returns>
    public Task<NodeFacts?> AskAsync(string address, string? authorization)
    {
        if (_asked.TryGetValue(address, out var known) && time.GetElapsedTime(known.At) < FreshFor) return known.Facts;
        return (_asked[address] = new Asked(time.GetTimestamp(), AnswerAsync(address, authorization))).Facts;
    }

    public void Dispose() => _client.Dispose();

    private static SocketsHttpHandler Handler(ClientTls? tls)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            ActivityHeadersPropagator = null,
        };
        // What whoever asks has shown goes to nobody who is not proved to be a node.
        if (tls?.Authorities is { } authorities) handler.SslOptions.CertificateChainPolicy = authorities();
        return handler;
    }

    private async Task<NodeFacts?> AnswerAsync(string address, string? authorization)
    {
        using var over = new CancellationTokenSource(Patience, time);
        try
        {
            var cluster = GetAsync(address, authorization, "/cluster", StoreJson.Default.Cluster, over.Token);
            var statistics = GetAsync(address, authorization, "/stats", StoreJson.Default.Statistics, over.Token);
            var transfers = GetAsync(address, authorization, "/cluster/transfers", StoreJson.Default.Transfers, over.Token);
            var load = GetAsync(address, authorization, "/stats/load", StoreJson.Default.Load, over.Token);
            await Task.WhenAll(cluster, statistics, transfers, load);
            return await cluster is { } seen && await statistics is { } counted
                ? new NodeFacts(seen, counted, await transfers, await load) : null;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or JsonException or UriFormatException)
        {
            return null;
        }
    }

    /// <summary>Null: it has no such page, or nothing to say there at present.</summary>
    private async Task<T?> GetAsync<T>(
        string address, string? authorization, string page, JsonTypeInfo<T> type, CancellationToken over) where T : class
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{Scheme}://{address}{page}"));
        if (authorization is not null) request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var answer = await _client.SendAsync(request, over);
        return answer.IsSuccessStatusCode ? JsonSerializer.Deserialize(await answer.Content.ReadAsByteArrayAsync(over), type) : null;
    }

    private sealed record Asked(long At, Task<NodeFacts?> Facts);
}
