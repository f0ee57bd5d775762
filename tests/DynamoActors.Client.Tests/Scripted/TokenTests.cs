namespace DynamoActors.Client.Tests.Scripted;

public sealed class TokenTests
{
    [Fact]
    public async Task A_token_is_shown_with_every_request_and_another_one_takes_its_place()
    {
        var nodes = new ScriptedNodes();
        nodes.ScriptAll(_ => nodes.Answer(201));
        var shown = new List<string?>();
        var token = "first";
        var options = new DynamoClientOptions { Token = () => token };
        options.Nodes.Add(new Uri("http://n1"));
        using var client = new DynamoClient(options, new Recording(shown, nodes));

        await client.LearnRingAsync();
        await client.Bucket().PutAsync("a", "value"u8.ToArray());
        token = "second\n";
        await client.Bucket().PutAsync("a", "value"u8.ToArray());

        shown.First().ShouldBe("Bearer first");
        shown.Last().ShouldBe("Bearer second");
        shown.ShouldNotContain((string?)null);
    }

    private sealed class Recording(List<string?> shown, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            lock (shown) shown.Add(request.Headers.Authorization?.ToString());
            return base.SendAsync(request, cancellationToken);
        }
    }
}
