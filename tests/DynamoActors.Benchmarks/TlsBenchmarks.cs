using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace DynamoActors.Benchmarks;

/// <summary>What HTTPS costs: the same small requests to a node with and to one without, in turns.</summary>
internal static class TlsBenchmarks
{
    private const int Rounds = 5;

    /// <param name="args">The server's program, and if need be <c>--seconds</c> of each turn, <c>--port</c>: the first of twenty.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        var turn = TimeSpan.FromSeconds(Options.Number(args, "--seconds", 10));
        var port = Options.Number(args, "--port", 32220);
        var data = Directory.CreateTempSubdirectory("dynamo-tls-").FullName;
        var certificate = Path.Combine(data, "node.pem");
        WriteCertificate(certificate);
        string[] alone = ["dynamo.ring.initial-members=1", "dynamo.ring.replicas=1"];
        await using (var plain = ServerProcess.StartNode(args[0], "plain", data, port, port, alone))
        await using (var secure = ServerProcess.StartNode(args[0], "secure", data, port + 10, port + 10,
            [.. alone, $"dynamo.security.clients.certificate=\"{certificate}\""]))
        {
            using var handler = new SocketsHttpHandler { UseProxy = false };
            handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
            using var http = new HttpClient(handler);
            string[] nodes = [$"http://127.0.0.1:{port}", $"https://127.0.0.1:{port + 10}"];
            await plain.ReadyAsync(http, nodes[0]);
            await secure.ReadyAsync(http, nodes[1]);
            List<double> ratios = [];
            for (var round = 0; round <= Rounds; round++)
            {
                var (without, with) = (await MeasureAsync(http, nodes[0], turn), await MeasureAsync(http, nodes[1], turn));
                // The first warms them up.
                if (round == 0) continue;
                ratios.Add(with.PerSecond / without.PerSecond);
                Console.WriteLine($"http   {without}\nhttps  {with}");
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"https serves {100 * ratios.Order().ElementAt(Rounds / 2):N0}% of the requests of http (median of {Rounds} rounds, "
                + $"{100 * ratios.Min():N0} to {100 * ratios.Max():N0}%)"));
        }

        Directory.Delete(data, recursive: true);
        return 0;
    }

    private static Task<Figures> MeasureAsync(HttpClient http, string node, TimeSpan turn) =>
        Foreground.RunAsync(Foreground.Through(http, [node], 100), 1000, clients: 8, pause: 0, turn);

    private static void WriteCertificate(string path)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=node", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        File.WriteAllText(path, $"{made.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n");
    }
}
