using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using DynamoActors.Core.Security;
using DynamoActors.Tests.Shared;

namespace DynamoActors.Http.Tests;

/// <summary>Who shows a certificate instead of a token.</summary>
public sealed partial class AccessTests
{
    [Theory]
    [MemberData(nameof(Roles))]
    public async Task A_clients_certificate_opens_the_routes_of_its_name_and_no_other(string? grants, string rights)
    {
        await ShowAsync(grants is null ? null : _authority.Sign("CN=shop"));
        if (grants is not null) Know("CN=shop", grants);
        await ShouldOpenAsync(grants, rights, token: null);
    }

    [Fact]
    public async Task A_certificate_is_known_by_its_subject_and_by_each_name_beside_it()
    {
        var own = _authority.Sign("CN=shop, O=Example", names =>
        {
            names.AddDnsName("shop.example");
            names.AddUri(new Uri("spiffe://example/shop"));
            names.AddEmailAddress("shop@example.org");
        });
        await ShowAsync(own);
        foreach (var name in (string[])["CN=shop, O=Example", "shop.example", "spiffe://example/shop", "shop@example.org"])
        {
            _node.Tokens = TokenTable.Empty;
            (await SendAsync("GET", "/stats", null)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
            Know(name, "");
            (await SendAsync("GET", "/stats", null)).StatusCode.ShouldBe(HttpStatusCode.OK, name);
        }

        // A token that is sent counts, and the certificate does not make up for one that is none.
        (await SendAsync("GET", "/stats", "unknown-unknown-unknown-unknown-unknown")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        // Whoever sends the name as a token is nobody.
        (await SendAsync("GET", "/stats", "shop@example.org")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("of another authority")]
    [InlineData("ended")]
    [InlineData("of a server alone")]
    public async Task A_certificate_that_proves_nothing_is_turned_away_before_any_request(string what)
    {
        Know("CN=shop", "admin:*");
        await ShowAsync(what switch
        {
            "ended" => _authority.Sign("CN=shop", ends: DateTimeOffset.UtcNow.AddDays(-1)),
            "of a server alone" => _authority.Sign("CN=shop", isOfClient: false),
            _ => new TestAuthority().Sign("CN=shop"),
        });

        await Should.ThrowAsync<HttpRequestException>(() => SendAsync("GET", "/stats", null));
        _node.Requests.ShouldBeEmpty();
        _log.Lines.ShouldContain(line => line.Contains("shown a certificate of 'CN=shop'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_revoked_certificate_opens_nothing_on_a_connection_that_it_has_opened_nor_a_new_one()
    {
        Know("CN=shop", "write:*");
        var own = _authority.Sign("CN=shop");
        await ShowAsync(own);
        (await SendAsync("PUT", "/kv/k", null)).StatusCode.ShouldBe(HttpStatusCode.Created);
        _revoked = "CN=shop";
        (await SendAsync("PUT", "/kv/k", null)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        await ShowAsync(own);
        await Should.ThrowAsync<HttpRequestException>(() => SendAsync("PUT", "/kv/k", null));
        _node.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_status_page_shows_what_the_other_nodes_say_to_who_shows_a_certificate_alone()
    {
        var other = new FakeStoreNode { Name = "node2" };
        await using var theirs = await HttpFrontEnd.StartAsync(other, new HttpFrontEndOptions { Port = 0 }, _log);
        _node.Others.Add("node2", other);
        Know("CN=viewer", "");
        await ShowAsync(_authority.Sign("CN=viewer"));

        var page = await (await SendAsync("GET", "/", null)).Content.ReadAsStringAsync();
        Regex.Count(page, "<td>3 of 1000</td>").ShouldBe(2);
        page.ShouldContain("https://127.0.0.1:8082/");
    }

    [Fact]
    public async Task Rights_of_a_certificate_are_made_listed_and_revoked_as_a_tokens_are()
    {
        await ShowAsync(_authority.Sign("CN=shop"));
        using var made = await PostAsync("""{"name":"shop","allow":["write:carts"],"certificate":"CN=shop"}""", AdminToken);
        made.StatusCode.ShouldBe(HttpStatusCode.Created);
        var json = JsonDocument.Parse(await made.Content.ReadAsStringAsync()).RootElement;
        json.GetProperty("token").ValueKind.ShouldBe(JsonValueKind.Null);
        using (var twice = await PostAsync("""{"name":"b","allow":[],"certificate":"CN=shop"}""", AdminToken))
            twice.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await (await SendAsync("GET", "/admin/tokens", AdminToken)).Content.ReadAsStringAsync()).ShouldContain("CN=shop");

        (await SendAsync("PUT", "/buckets/carts/keys/k", null)).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await SendAsync("PUT", "/kv/k", null)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        await SendAsync("DELETE", $"/admin/tokens/{json.GetProperty("id").GetString()}", AdminToken);
        (await SendAsync("PUT", "/buckets/carts/keys/k", null)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }
}
