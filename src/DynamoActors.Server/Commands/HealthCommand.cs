using System.CommandLine;
using System.Net.Sockets;
using DynamoActors.Links;

namespace DynamoActors.Server.Commands;

/// <summary><c>health</c>: asks a node whether it lives, for containers whose images hold no other HTTP client.</summary>
internal static class HealthCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly Option<HostPort> Http = new("--http")
    {
        Description = "host:port of the node's HTTP.",
        CustomParser = HostPortArguments.ParseOne,
        DefaultValueFactory = _ => new HostPort("127.0.0.1", 8081),
    };

    private static readonly Option<bool> Ready = new("--ready")
    { Description = "Ask whether it is ready for requests, not just alive." };

    private static readonly Option<bool> Tls = new("--tls")
    { Description = "It takes HTTP over TLS. Whatever certificate it shows will do: it is told nothing, and asked for nothing secret." };

    public static Command Create()
    {
        var command = new Command("health", "Exits with 0 if the node answers that it is well, else with 1.") { Http, Ready, Tls };
        command.SetAction((parsed, stop) => AskAsync(
            $"{(parsed.GetValue(Tls) ? "https" : "http")}://{parsed.GetRequiredValue(Http)}",
            parsed.GetValue(Ready) ? "ready" : "live", stop));
        return command;
    }

    private static async Task<int> AskAsync(string node, string page, CancellationToken stop)
    {
        using var handler = new SocketsHttpHandler { UseProxy = false };
        handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
        using var client = new HttpClient(handler) { Timeout = Patience };
        try
        {
            using var answer = await client.GetAsync($"{node}/health/{page}", stop);
            Console.WriteLine($"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(stop)}");
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or TaskCanceledException)
        {
            Console.Error.WriteLine($"{node} does not answer: {e.Message}");
            return 1;
        }
    }
}
