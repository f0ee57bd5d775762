using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace DynamoActors.Client.Tests.Scripted;

/// <summary>Nodes n1 to n3 at <c>http://nX:80</c> that answer as the test says, and what each was asked.</summary>
internal sealed class ScriptedNodes : HttpMessageHandler
{
    public const string Version = "\"v\"";

    private readonly ConcurrentDictionary<string, Func<Asked, CancellationToken, Task<HttpResponseMessage>>> _scripts = new();
    private readonly ConcurrentQueue<Asked> _asked = new();

    public ScriptedNodes() => Ring = RingOf(7);

    /// <summary>The answer to <c>/ring</c>; null: not ready.</summary>
    public string? Ring { get; set; }

    public string Epoch { get; set; } = "7";

    /// <summary>Requests for objects, listings and batches, in their order.</summary>
    public Asked[] Asked => [.. _asked];

    public string[] AskedNodes => [.. _asked.Select(one => one.Node)];

    /// <summary>Reads ask a second node only where the test wants it: a slow machine would have them do so.</summary>
    public DynamoClient Client(Action<DynamoClientOptions>? configure = null)
    {
        var options = new DynamoClientOptions { HedgedShare = 0, Silence = TimeSpan.FromSeconds(30) };
        foreach (var node in (string[])["n1", "n2", "n3"]) options.Nodes.Add(new Uri($"http://{node}"));
        configure?.Invoke(options);
        return new DynamoClient(options, this);
    }

    /// <summary>A client that knows the ring.</summary>
    public async Task<DynamoClient> RoutedClientAsync(Action<DynamoClientOptions>? configure = null)
    {
        var client = Client(configure);
        (await client.LearnRingAsync()).ShouldBeTrue();
        return client;
    }

    public void Script(string node, Func<Asked, HttpResponseMessage> answer) =>
        _scripts[node] = (asked, _) => Task.FromResult(answer(asked));

    public void Script(string node, Func<Asked, CancellationToken, Task<HttpResponseMessage>> answer) => _scripts[node] = answer;

    public void ScriptAll(Func<Asked, HttpResponseMessage> answer)
    {
        foreach (var node in (string[])["n1", "n2", "n3"]) Script(node, answer);
    }

    /// <summary>As a connection that nobody takes.</summary>
    public static HttpResponseMessage Refuse() => throw new HttpRequestException(HttpRequestError.ConnectionError, "Connection refused");

    /// <summary>As a connection that ends in the middle.</summary>
    public static HttpResponseMessage Break() => throw new HttpRequestException(HttpRequestError.ResponseEnded, "The response ended");

    public static async Task<HttpResponseMessage> HangAsync(CancellationToken cancellation)
    {
        await Task.Delay(Timeout.Infinite, cancellation);
        throw new InvalidOperationException("never");
    }

    public HttpResponseMessage Answer(int status, string body = "", string type = "text/plain", string? context = "ctx")
    {
        var answer = new HttpResponseMessage((HttpStatusCode)status) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        answer.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        answer.Headers.Add("X-Dynamo-Epoch", Epoch);
        if (context != null) answer.Headers.Add("X-Dynamo-Context", context);
        answer.Headers.TryAddWithoutValidation("ETag", Version);
        return answer;
    }

    public HttpResponseMessage Problem(
        int status, string type, string? outcome = null, string detail = "So it is.", string? context = null)
    {
        var problem = $$"""{"type":"/problems/{{type}}","status":{{status}},"detail":"{{detail}}","outcome":{{Json(outcome)}}}""";
        return Answer(status, problem, "application/problem+json", context);
    }

    /// <param name="status">300, or 201 of a write with returnbody.</param>
    /// <param name="values">In JSON already, as the siblings' bytes.</param>
    public HttpResponseMessage Siblings(int status, params string[] values)
    {
        var parts = values.Select((value, index) => $$"""
            {"value":"{{Convert.ToBase64String(Encoding.UTF8.GetBytes(value))}}","contentType":"application/json",
             "lastModified":"Tue, 14 Nov 2023 22:13:2{{index}} GMT","dot":"a:{{index}}"}
            """);
        var answer = Answer(status, $$"""{"context":"both","siblings":[{{string.Join(',', parts)}}]}""", "application/json", "both");
        answer.Headers.Add("X-Dynamo-Siblings", $"{values.Length}");
        return answer;
    }

    public static HttpResponseMessage Html(int status) => new((HttpStatusCode)status)
    {
        Content = new StringContent($"<html><h1>Bad gateway</h1>{new string('x', 100_000)}</html>", Encoding.UTF8, "text/html"),
    };

    /// <summary>Partitions 0 to 2: each is preferred at one of the nodes, in zones a, b and b.</summary>
    public static string RingOf(ulong epoch, string cluster = "c1", string first = "n1", string second = "n2", string third = "n3") => $$"""
        {"epoch":{{epoch}},"cluster":"{{cluster}}","keyHash":"xxh128","partitions":1,"replicas":3,"members":[
         {"name":"one","http":"n1:80","zone":"a"},{"name":"two","http":"n2:80","zone":"b"},{"name":"three","http":"n3:80","zone":"b"}],
         "owners":[["{{NameOf(first)}}","{{NameOf(second)}}","{{NameOf(third)}}"]]}
        """;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        await Task.Yield();
        var asked = new Asked(
            request.RequestUri!.Host, request.Method.Method, request.RequestUri.PathAndQuery,
            request.Headers.NonValidated.TryGetValues("X-Dynamo-Context", out var context) ? context.ToString() : null,
            request.Headers.NonValidated.TryGetValues("If-None-Match", out var condition) ? condition.ToString() : null,
            request.Content == null ? "" : await request.Content.ReadAsStringAsync(cancellation))
        {
            IdempotencyKey = request.Headers.NonValidated.TryGetValues("Idempotency-Key", out var name) ? name.ToString() : null,
        };
        if (asked.Target == "/ring")
            return Ring == null ? Problem(503, "not-ready", "not-written") : Answer(200, Ring, "application/json");
        if (asked.Target != "/health/ready") _asked.Enqueue(asked);
        return _scripts.TryGetValue(asked.Node, out var script) ? await script(asked, cancellation) : Answer(404, context: null);
    }

    private static string Json(string? text) => text == null ? "null" : $"\"{text}\"";

    private static string NameOf(string host) => host switch { "n1" => "one", "n2" => "two", _ => "three" };
}

internal sealed record Asked(string Node, string Method, string Target, string? Context, string? IfNoneMatch, string Body)
{
    public string? IdempotencyKey { get; init; }

    /// <summary>Of the time in the query, in milliseconds.</summary>
    public int Timeout => int.Parse(Target[(Target.LastIndexOf("timeout=", StringComparison.Ordinal) + "timeout=".Length)..]);
}
