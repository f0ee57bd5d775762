using System.Net.Http.Headers;

namespace DynamoActors.Client.Requests;

/// <summary>Shows the token with every request.</summary>
internal sealed class TokenHandler(Func<string?> token, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (token() is { Length: > 0 } shown) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", shown);
        return base.SendAsync(request, cancellationToken);
    }
}
