using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;

namespace DynamoActors.Http.Tests;

/// <summary>A front end on a free port over a node in memory; a test class derives from it, and each test has its own.</summary>
public abstract class FrontEndFixture : IAsyncLifetime
{
    protected const string ContextHeader = "X-Dynamo-Context";

    /// <summary>Small, so that tests of the limit need not send much.</summary>
    protected const int ValueBytesMax = 100_000;

    private protected FakeStoreNode Node { get; } = new();

    private protected FakeStoreCare Care { get; } = new();

    private protected HttpFrontEnd FrontEnd { get; private set; } = null!;

    protected HttpClient Client { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        var options = new HttpFrontEndOptions
        {
            Port = 0,
            ValueBytesMax = ValueBytesMax,
            Care = Care,
            Metrics = context => context.Response.Body.WriteAsync("of /metrics\n"u8.ToArray()).AsTask(),
        };
        FrontEnd = await HttpFrontEnd.StartAsync(Node, options, NullLoggerFactory.Instance);
        Client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{FrontEnd.Port}") };
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        await FrontEnd.StopAsync(TimeSpan.FromSeconds(5));
        await FrontEnd.DisposeAsync();
        Care.Dispose();
    }

    protected Task<HttpResponseMessage> PutAsync(string path, string value, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Put, path, new StringContent(value), headers);

    protected Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content = null, params (string Name,
        string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path) { Content = content };
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();
        return Client.SendAsync(request);
    }

    protected static string ContextOf(HttpResponseMessage answer) => answer.Headers.GetValues(ContextHeader).Single();

    /// <summary>The answer is a problem of that status and type, whose fields can be looked at further.</summary>
    protected static async Task<JsonElement> ShouldBeProblemAsync(HttpResponseMessage answer, HttpStatusCode status, string type,
        string? field = null)
    {
        var body = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(status, body);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        var problem = JsonDocument.Parse(body).RootElement;
        problem.GetProperty("type").GetString().ShouldBe($"/problems/{type}");
        problem.GetProperty("status").GetInt32().ShouldBe((int)status);
        problem.GetProperty("title").GetString().ShouldNotBeNullOrEmpty();
        problem.GetProperty("detail").GetString().ShouldNotBeNullOrEmpty();
        if (field != null) problem.GetProperty("field").GetString().ShouldBe(field);
        return problem;
    }
}
