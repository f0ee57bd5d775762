using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace DynamoActors.MultiNode.Tests.Load;

/// <param name="Context">Null where it was not acknowledged.</param>
/// <param name="Failure">Null where it was.</param>
internal sealed record PutAnswer(string? Context, bool MayHaveWritten, string? Failure);

/// <param name="Values">Of all versions; null where no quorum answered.</param>
internal sealed record GetAnswer(IReadOnlyList<string>? Values, string? Failure);

/// <summary>Requests to single nodes, with every kind of answer told apart.</summary>
internal sealed class StoreRequests(Func<int, string> urlOf) : IDisposable
{
    /// <summary>The node's own deadline. No quorum comes late because of a silent node, however slow the machine: so it is long.</summary>
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan PatienceWithTrusted = RequestTimeout + TimeSpan.FromSeconds(10);

    private static readonly TimeSpan PatienceWithOthers = TimeSpan.FromSeconds(3);

    private readonly HttpClient _client = new() { Timeout = Timeout.InfiniteTimeSpan };

    public async Task<PutAnswer> PutAsync(int node, string key, string value, string? context, bool isTrusted)
    {
        var url = $"{urlOf(node)}/kv/{key}?timeout={RequestTimeout.TotalMilliseconds:0}";
        using var request = new HttpRequestMessage(HttpMethod.Put, url) { Content = new StringContent(value) };
        if (context is not null) request.Headers.Add("X-Dynamo-Context", context);
        var (status, body, headers) = await SendAsync(request, isTrusted);
        if (status == HttpStatusCode.Created && headers.TryGetValue("X-Dynamo-Context", out var written))
            return new PutAnswer(written, true, null);
        return new PutAnswer(
            null, !body.Contains("\"not-written\"", StringComparison.Ordinal), $"PUT {key} at node{node}: {Text(status)} {body}");
    }

    public async Task<GetAnswer> GetAsync(int node, string key, bool isTrusted, string query = "")
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get, $"{urlOf(node)}/kv/{key}?timeout={RequestTimeout.TotalMilliseconds:0}{query}");
        var (status, body, _) = await SendAsync(request, isTrusted);
        return status switch
        {
            HttpStatusCode.OK => new GetAnswer([body], null),
            HttpStatusCode.MultipleChoices => new GetAnswer(Siblings(body), null),
            HttpStatusCode.NotFound => new GetAnswer([], null),
            _ => new GetAnswer(null, $"GET {key} at node{node}: {Text(status)} {body}"),
        };
    }

    /// <summary>A page of JSON. Null while the node does not answer.</summary>
    public async Task<JsonElement?> PageAsync(int node, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, urlOf(node) + path);
        var (status, body, _) = await SendAsync(request, isTrusted: false);
        return status == HttpStatusCode.OK ? JsonDocument.Parse(body).RootElement : null;
    }

    public void Dispose() => _client.Dispose();

    private async Task<(HttpStatusCode? Status, string Body, Dictionary<string, string> Headers)> SendAsync(
        HttpRequestMessage request, bool isTrusted)
    {
        using var patience = new CancellationTokenSource(isTrusted ? PatienceWithTrusted : PatienceWithOthers);
        try
        {
            using var response = await _client.SendAsync(request, patience.Token);
            var body = await response.Content.ReadAsStringAsync(patience.Token);
            if (response.StatusCode == HttpStatusCode.ServiceUnavailable && response.Headers.RetryAfter is null)
                body += " without Retry-After";
            return (response.StatusCode, body, response.Headers.ToDictionary(header => header.Key, header => header.Value.First()));
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException or SocketException)
        {
            return (null, e.Message, []);
        }
    }

    private static string[] Siblings(string body) => [.. JsonDocument.Parse(body).RootElement.GetProperty("siblings").EnumerateArray()
        .Select(sibling => System.Text.Encoding.UTF8.GetString(sibling.GetProperty("value").GetBytesFromBase64()))];

    private static string Text(HttpStatusCode? status) =>
        status is { } code ? ((int)code).ToString(System.Globalization.CultureInfo.InvariantCulture) : "no answer:";
}
