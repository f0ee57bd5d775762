using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using DynamoActors.Core.Security;
using DynamoActors.Http.Security;
using DynamoActors.Http.Targets;
using DynamoActors.Node.Requests;
using DynamoActors.Tests.Shared;
using Microsoft.Extensions.Logging;

namespace DynamoActors.Http.Tests;

/// <summary>One door: whoever has no right gets nothing, at any route.</summary>
public sealed partial class AccessTests : IAsyncLifetime
{
    private const string AdminToken = "the-token-of-the-file-0123456789abcdef";

    private readonly FakeStoreNode _node = new();
    private readonly FakeStoreCare _care = new();
    private readonly ListedLines _log = new();
    private HttpFrontEndOptions _options = null!;
    private HttpFrontEnd _frontEnd = null!;
    private HttpClient _client = null!;
    private readonly TestAuthority _authority = new();
    private volatile string _revoked = "";

    public async Task InitializeAsync()
    {
        _node.Script = request => request switch
        {
            ListKeys => new KeysListed([], null),
            ExplainKey => new NodeNotReady("nobody explains here"),
            _ => null,
        };
        _node.Plans = _ => new RingUndecided("nothing is planned here");
        _options = new HttpFrontEndOptions
        {
            Port = 0,
            Care = _care,
            Metrics = context => context.Response.Body.WriteAsync("of /metrics\n"u8.ToArray()).AsTask(),
            Access = new AccessControl(TokenHash.Of(AdminToken)!.Value, TimeProvider.System),
        };
        _frontEnd = await HttpFrontEnd.StartAsync(_node, _options, _log);
        _client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_frontEnd.Port}") };
    }

    /// <summary>From now on the node takes HTTPS, and is shown that certificate; null: none.</summary>
    private async Task ShowAsync(X509Certificate2? own)
    {
        await DisposeFrontEndAsync();
        var shown = _authority.Sign("CN=node");
        _frontEnd = await HttpFrontEnd.StartAsync(_node, _options with
        {
            Tls = new ClientTls(() => shown, _authority.Policy) { IsRevoked = certificate => certificate.Subject == _revoked },
        }, _log);
        var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = _authority.Policy();
        if (own is not null) handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => own;
        _client = new HttpClient(handler) { BaseAddress = new Uri($"https://127.0.0.1:{_frontEnd.Port}") };
    }

    private void Know(string name, string grants) => _node.Tokens = new TokenTable([.. _node.Tokens.All, new AccessToken(
        Guid.NewGuid().ToString("n"), "of a test", TokenHash.OfCertificate(name), Parsed(grants), 0, null, default, IsRevoked: false)
    { Certificate = name }]);

    public async Task DisposeAsync()
    {
        await DisposeFrontEndAsync();
        _care.Dispose();
    }

    private async Task DisposeFrontEndAsync()
    {
        _client.Dispose();
        await _frontEnd.StopAsync(TimeSpan.FromSeconds(5));
        await _frontEnd.DisposeAsync();
    }

    [Fact]
    public void Every_route_says_what_it_asks_of_whoever_uses_it()
    {
        var undeclared = from route in Routes.All
                         from method in route.Methods
                         where Rights.Of(route.Kind, method is "GET" or "HEAD") == Right.Undeclared
                         select $"{method} {route.Template}";
        undeclared.ShouldBeEmpty();
    }

    [Fact]
    public void What_any_token_opens_is_this_and_no_more()
    {
        var opened = from route in Routes.All
                     from method in route.Methods
                     where method != "HEAD" && Rights.Of(route.Kind, method == "GET") is (Right.Open or Right.Known)
                     select $"{method} {route.Template}";
        opened.Order(StringComparer.Ordinal).ShouldBe(
        [
            "GET /", "GET /cluster", "GET /cluster/plan", "GET /cluster/transfers", "GET /health/live", "GET /health/ready", "GET /metrics",
            "GET /openapi.json", "GET /page.css", "GET /page.js", "GET /ring", "GET /ring/preflist", "GET /ring/preflist/{key}",
            "GET /stats", "GET /stats/load",
        ]);
    }

    public static TheoryData<string?, string> Roles => new()
    {
        { null, "Open" },
        { "", "Open Known" },
        { "read:*", "Open Known BucketRead" },
        { "write:*", "Open Known BucketRead" },
        { "admin:*", "Open Known BucketRead BucketAdmin Admin" },
        { "admin:b", "Open Known BucketRead BucketAdmin" },
        { "read:other", "Open Known" },
    };

    /// <summary>Each role, at each route there is, with what the route says that it asks.</summary>
    [Theory]
    [MemberData(nameof(Roles))]
    public Task A_token_opens_the_routes_of_its_role_and_no_other(string? grants, string rights) =>
        ShouldOpenAsync(grants, rights, grants is null ? null : Token(grants));

    private async Task ShouldOpenAsync(string? grants, string rights, string? token)
    {
        var opened = rights.Split(' ').Select(Enum.Parse<Right>).ToArray();
        foreach (var route in Routes.All)
        {
            foreach (var method in route.Methods)
            {
                var isRead = method is "GET" or "HEAD";
                var right = Rights.Of(route.Kind, isRead);
                var path = PathOf(route, isRead);
                // What is no addition is refused before it is looked whose it is.
                if (method == "POST" && right == Right.Keys && route.Kind != RouteKind.Batch)
                    path += (path.Contains('?') ? "&" : "?") + "op=add&by=1";
                using var answer = await SendAsync(method, path, token);
                var what = $"{method} {route.Template} with '{grants}': {(int)answer.StatusCode}";
                if (right == Right.Keys) ShouldFitKeys(answer.StatusCode, grants, isRead || route.Kind == RouteKind.Batch, route, what);
                else if (opened.Contains(right))
                    answer.StatusCode.ShouldNotBeOneOf([HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden], what);
                else answer.StatusCode.ShouldBe(grants is null ? HttpStatusCode.Unauthorized : HttpStatusCode.Forbidden, what);
            }
        }
    }

    [Theory]
    [InlineData("read:b", "GET", "/buckets/b/keys/k", true)]
    [InlineData("read:b", "PUT", "/buckets/b/keys/k", false)]
    [InlineData("read:b", "DELETE", "/buckets/b/keys/k", false)]
    [InlineData("read:b", "GET", "/buckets/c/keys/k", false)]
    [InlineData("read:b", "GET", "/kv/k", false)]
    [InlineData("read:b", "POST", "/buckets/b/keys/k?op=add&by=1", false)]
    [InlineData("write:b", "POST", "/buckets/b/keys/k?op=add&by=1", true)]
    [InlineData("write:b", "PUT", "/buckets/b/keys/k", true)]
    [InlineData("write:b", "GET", "/buckets/b/keys/k", true)]
    [InlineData("write:b", "PUT", "/buckets/b/props", false)]
    [InlineData("write:b/eu-", "PUT", "/buckets/b/keys/eu-1", true)]
    [InlineData("write:b/eu-", "PUT", "/buckets/b/keys/us-1", false)]
    [InlineData("write:b/eu-", "PUT", "/buckets/b/keys/%65u-1", true)]
    [InlineData("write:b/eu-", "PUT", "/buckets/b/keys?key=us-1", false)]
    [InlineData("read:b/eu-", "GET", "/buckets/b/keys?prefix=eu-d", true)]
    [InlineData("read:b/eu-", "GET", "/buckets/b/keys?prefix=e", false)]
    [InlineData("read:b/eu-", "GET", "/buckets/b/keys", false)]
    [InlineData("read:b/eu-", "GET", "/buckets/b/props", false)]
    [InlineData("read:b", "GET", "/buckets", false)]
    [InlineData("read:*", "GET", "/buckets", true)]
    [InlineData("read:b", "GET", "/explain/k?bucket=b", true)]
    [InlineData("read:b", "GET", "/explain/k?bucket=c", false)]
    [InlineData("read:%62", "GET", "/buckets/%62/keys/k", true)]
    [InlineData("admin:b", "PUT", "/buckets/b/props", true)]
    [InlineData("admin:b", "PUT", "/buckets/c/props", false)]
    [InlineData("admin:b", "POST", "/cluster/plan/commit", false)]
    public async Task A_right_is_over_the_keys_that_it_names(string grants, string method, string path, bool isAllowed)
    {
        using var answer = await SendAsync(method, path, Token(grants));
        if (isAllowed) answer.StatusCode.ShouldNotBeOneOf([HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden]);
        else answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Without_a_token_a_stranger_is_told_how_to_give_one_and_nothing_is_done()
    {
        using var answer = await SendAsync("PUT", "/kv/k", null);

        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        answer.Headers.WwwAuthenticate.Select(one => one.Scheme).ShouldBe(["Bearer", "Basic"]);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("Authorization");
        _node.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_batch_of_which_one_operation_is_not_allowed_does_nothing()
    {
        using var request = Request("POST", "/kv:batch", Token("read:b"));
        request.Content = new StringContent(
            """{"operations":[{"op":"get","bucket":"b","key":"k"},{"op":"put","bucket":"b","key":"k","value":"aGk="}]}""",
            Encoding.UTF8, "application/json");
        using var answer = await _client.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("Operation 1");
        _node.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Curls_password_is_a_token_whatever_the_user_is_named()
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "/kv/k") { Content = new StringContent("v") };
        request.Headers.Authorization =
            new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"someone:{Token("write:*")}")));
        using var answer = await _client.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Basic !!!!")]
    [InlineData("Basic dXNlcg==")]
    [InlineData("Digest abc")]
    [InlineData("Bearer unknown-unknown-unknown-unknown-unknown")]
    public async Task What_is_no_token_of_the_cluster_is_refused(string authorization)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/kv/k");
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var answer = await _client.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_token_is_made_shown_once_used_and_revoked_and_no_log_or_listing_has_it()
    {
        using var made = await PostAsync("""{"name":"shop","allow":["write:carts"],"ttl":3600}""", AdminToken);
        made.StatusCode.ShouldBe(HttpStatusCode.Created);
        var json = JsonDocument.Parse(await made.Content.ReadAsStringAsync()).RootElement;
        var (id, token) = (json.GetProperty("id").GetString()!, json.GetProperty("token").GetString()!);

        (await SendAsync("PUT", "/buckets/carts/keys/k", token)).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await SendAsync("DELETE", $"/admin/tokens/{id}", token)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var listed = await (await SendAsync("GET", "/admin/tokens", AdminToken)).Content.ReadAsStringAsync();
        listed.ShouldContain(id);
        (await SendAsync("DELETE", $"/admin/tokens/{id}", AdminToken)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        var refused = await SendAsync("PUT", "/buckets/carts/keys/k", token);
        refused.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        var audit = await (await SendAsync("GET", "/admin/audit", AdminToken)).Content.ReadAsStringAsync();
        audit.ShouldContain($"/admin/tokens/{id}");
        audit.ShouldContain($"shop ({id})");

        foreach (var text in (string[])[listed, audit, await refused.Content.ReadAsStringAsync(), .. _log.Lines])
        {
            text.ShouldNotContain(token);
            text.ShouldNotContain(AdminToken);
        }

        _log.Lines.ShouldContain(line => line.Contains("admin-token-file asked for DELETE"));
    }

    [Theory]
    [InlineData("""{"name":"a","allow":["write"]}""", "write")]
    [InlineData("""{"name":"a","allow":["own:*"]}""", "own")]
    [InlineData("""{"name":"a","allow":["read:*/x"]}""", "read")]
    [InlineData("""{"name":"a","allow":["read:b/"]}""", "read")]
    [InlineData("""{"name":"","allow":[]}""", "name")]
    [InlineData("""{"name":"a","allow":[],"ttl":0}""", "ttl")]
    [InlineData("""{"name":"a","allow":[],"ends":1}""", "body")]
    [InlineData("nothing", "body")]
    public async Task A_token_that_is_not_soundly_described_is_not_made(string body, string named)
    {
        using var answer = await PostAsync(body, AdminToken);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync()).ShouldContain(named);
        _node.Tokens.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_token_that_has_ended_opens_nothing()
    {
        var token = Token("read:*", ends: DateTimeOffset.UtcNow.AddSeconds(-1));

        (await SendAsync("GET", "/stats", token)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    private static void ShouldFitKeys(HttpStatusCode status, string? grants, bool isRead, Route route, string what)
    {
        if (grants is null) status.ShouldBe(HttpStatusCode.Unauthorized, what);
        // The batch that is sent here has no body: what it may is another test's.
        else if (route.Kind == RouteKind.Batch) status.ShouldBe(HttpStatusCode.BadRequest, what);
        else
        {
            var isOfBucket = route.Template.Contains("{bucket}");
            var mayRead = grants.EndsWith(":*") || grants.EndsWith(":b") && isOfBucket;
            var mayWrite = mayRead && !grants.StartsWith("read");
            if (isRead ? mayRead : mayWrite) status.ShouldNotBeOneOf([HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden], what);
            else status.ShouldBe(HttpStatusCode.Forbidden, what);
        }
    }

    private static string PathOf(Route route, bool isRead)
    {
        var path = route.Template.Replace("{bucket}", "b").Replace("{key}", "k").Replace("{node}", "node2").Replace("{checkpoint}", "c")
            .Replace("{file}", "f").Replace("{token}", "0123");
        var isListing = route.Kind == RouteKind.Status || isRead && route.Kind == RouteKind.Keys;
        return route.TakesKeyInQuery && !isListing ? $"{path}?key=k" : path;
    }

    private string Token(string grants, DateTimeOffset? ends = null, RateLimits limits = default)
    {
        var token = $"a-token-that-is-long-enough-{Guid.NewGuid():n}";
        _node.Tokens = new TokenTable([.. _node.Tokens.All, new AccessToken(Guid.NewGuid().ToString("n"), "of a test",
            TokenHash.Of(token)!.Value, Parsed(grants), 0, ends?.ToUnixTimeMilliseconds(), limits, IsRevoked: false)]);
        return token;
    }

    private static ImmutableArray<Grant> Parsed(string grants) => [.. grants.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(text => Grant.TryParse(text, out var grant) ? grant : throw new FormatException(text))];

    private Task<HttpResponseMessage> SendAsync(string method, string path, string? token)
    {
        var request = Request(method, path, token);
        if (method == "PUT") request.Content = new StringContent(path.EndsWith("/props") ? "{}" : "v");
        return _client.SendAsync(request);
    }

    private Task<HttpResponseMessage> PostAsync(string body, string token)
    {
        var request = Request("POST", "/admin/tokens", token);
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        return _client.SendAsync(request);
    }

    private static HttpRequestMessage Request(string method, string path, string? token)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return request;
    }

    private sealed class ListedLines : ILoggerFactory, ILogger
    {
        private readonly List<string> _lines = [];

        public string[] Lines
        {
            get
            {
                lock (_lines) return [.. _lines];
            }
        }

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public ILogger CreateLogger(string categoryName) => this;

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Debug;

        public void Log<TState>(LogLevel level, EventId id, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            lock (_lines) _lines.Add(formatter(state, exception) + exception);
        }
    }
}
