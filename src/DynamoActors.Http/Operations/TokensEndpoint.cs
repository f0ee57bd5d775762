using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using DynamoActors.Core.Security;
using DynamoActors.Http.Answers;
using DynamoActors.Http.Problems;
using DynamoActors.Http.Serving;
using DynamoActors.Node.Requests;

namespace DynamoActors.Http.Operations;

/// <summary>Serves <c>/admin/tokens</c>: makes, lists and revokes tokens. 201 and 204 mean that every reachable node knows.</summary>
internal sealed class TokensEndpoint(IStoreNode node, bool isControlled, TimeProvider time)
{
    private const int BodyBytesMax = 64 * 1024;
    private const int NameLengthMax = 100;
    private const int GrantsMax = 100;
    private const int CertificateLengthMax = 1000;
    private const int TokensMax = 10_000;
    private const long TtlMax = 100L * 365 * 24 * 3600;
    private const string Prefix = "dyn1_";

    public ValueTask ServeAsync(Exchange exchange) => exchange.IsRead
        ? exchange.WriteJsonAsync(200, new TokensShown(node.Tokens.All.OrderBy(token => token.Made).Select(Shown)),
            StoreJson.Default.TokensShown)
        : MakeAsync(exchange);

    public ValueTask ServeOneAsync(Exchange exchange, ReadOnlySpan<char> id) => RevokeAsync(exchange, id.ToString());

    private async ValueTask MakeAsync(Exchange exchange)
    {
        var length = exchange.Request.Headers.ContentLength ?? (exchange.MayHaveBody ? null : 0);
        var body = await RequestBody.ReadAsync(exchange, length, BodyBytesMax);
        NewToken? asked = null;
        var fault = "The body is no JSON object with name, allow, and perhaps ttl, certificate, requestsPerSecond and bytesPerSecond.";
        try
        {
            asked = body is { } json ? JsonSerializer.Deserialize(json.Span, StoreJson.Default.NewToken) : null;
            fault = asked is null ? fault : FaultOf(asked);
        }
        catch (JsonException)
        {
            // What is wrong with it could be the better part of a secret: it is not shown.
        }

        if (fault is not null || asked is null)
        {
            await exchange.WriteAsync(ProblemKinds.BadToken.Of($"{fault} No token was made."));
            return;
        }

        var secret = asked.Certificate is null ? Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenHash.Length)) : null;
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var token = new AccessToken(
            Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)), asked.Name,
            secret is null ? TokenHash.OfCertificate(asked.Certificate!) : TokenHash.Of(secret)!.Value,
            [.. asked.Allow.Select(text => Grant.TryParse(text, out var grant) ? grant : null!)], now,
            asked.Ttl is { } ttl ? now + ttl * 1000 : null, new RateLimits(asked.RequestsPerSecond, asked.BytesPerSecond),
            IsRevoked: false)
        { Certificate = asked.Certificate };
        if (await node.SetTokenAsync(token) is null)
        {
            await exchange.WriteAsync(NotSet());
            return;
        }

        exchange.Response.Headers.CacheControl = "no-store";
        await exchange.WriteJsonAsync(201,
            new TokenMade(token.Id, token.Name, secret, token.Grants.Select(grant => grant.ToString()), ShownTime.Of(token.Ends)),
            StoreJson.Default.TokenMade);
    }

    private async ValueTask RevokeAsync(Exchange exchange, string id)
    {
        if (node.Tokens.All.FirstOrDefault(token => token.Id == id) is not { } known)
            await exchange.WriteAsync(ProblemKinds.NoSuchToken.Of(
                $"There is no token {RequestProblems.Shown(id)}: give the id that /admin/tokens lists. Nothing was changed."));
        else if (await node.SetTokenAsync(known with { IsRevoked = true }) is null) await exchange.WriteAsync(NotSet());
        else await exchange.WriteAsync(204);
    }

    /// <summary>Null: it is sound.</summary>
    private string? FaultOf(NewToken asked)
    {
        if (!isControlled)
            return "This node takes requests from anyone (dynamo.security.access), and so may not make tokens that count elsewhere.";
        if (node.Tokens.All.Length >= TokensMax) return $"There are {TokensMax:N0} tokens, which is the most.";
        if (string.IsNullOrWhiteSpace(asked.Name) || asked.Name.Length > NameLengthMax || asked.Name.Any(char.IsControl))
            return $"name is 1 to {NameLengthMax} characters.";
        if (asked.Allow is null || asked.Allow.Length > GrantsMax) return $"allow is a list of up to {GrantsMax} rights.";
        if (asked.Allow.FirstOrDefault(text => !Grant.TryParse(text ?? "", out _)) is { } wrong)
            return $"'{RequestProblems.Shown(wrong)}' is no right; give {Grant.Expected}.";
        if (asked.Ttl is { } ttl and not (> 0 and <= TtlMax)) return $"ttl is a number of seconds from 1 to {TtlMax}, or null, not {ttl}.";
        if (asked.Certificate is { } name
            && (string.IsNullOrWhiteSpace(name) || name.Length > CertificateLengthMax || name.Any(char.IsControl)))
            return $"certificate is 1 to {CertificateLengthMax} characters, such as CN=shop.";
        if (node.Tokens.All.Any(token => !token.IsRevoked && token.Certificate is not null && token.Certificate == asked.Certificate))
            return $"There are rights for certificates of '{RequestProblems.Shown(asked.Certificate!)}' already: revoke them first.";
        return asked.RequestsPerSecond < 0 || asked.BytesPerSecond < 0
            ? "requestsPerSecond and bytesPerSecond are numbers from 0 up; 0 sets no limit." : null;
    }

    private static Problem NotSet() => ProblemKinds.TokenNotSet.Of(
        "The node is not ready, or its journal does not answer: whether the tokens were changed is unknown. Look at them (pbm token list), "
        + "and do it again.") with
    { Outcome = "unknown", RetryAfter = TimeSpan.FromSeconds(1) };

    private static TokenShown Shown(AccessToken token) => new(
        token.Id, token.Name, token.Grants.Select(grant => grant.ToString()), ShownTime.Of(token.Made), ShownTime.Of(token.Ends),
        token.Limits.RequestsPerSecond, token.Limits.BytesPerSecond, token.Certificate, token.IsRevoked);
}
