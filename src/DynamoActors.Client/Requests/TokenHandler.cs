using System.Net.Http.Headers;

namespace DynamoActors.Client.Requests;

/// <summary>Shows the token with every request.</summary>
internal sealed class TokenHandler(Func<string?> token, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // A file that has it mostly ends with a line's end, which no header takes.
        if (token()?.Trim() is { Length: > 0 } shown) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", shown);
        return base.SendAsync(request, cancellationToken);
    }
}
