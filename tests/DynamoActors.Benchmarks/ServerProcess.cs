using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace DynamoActors.Benchmarks;

/// <summary>A node's process, and what the operating system says that it has.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ServerProcess(Process process) => _process = process;

    /// <summary>HTTP on the port, remoting on the second and links on the third behind it, all on this machine.</summary>
    public static ServerProcess StartNode(string server, string name, string data, int port, int seedPort, params string[] settings)
    {
        var process = Start(server,
        [
            "node", "--name", name, "--data", Path.Combine(data, name), "--http", Local(port), "--remote", Local(port + 1),
            "--links", Local(port + 2), "--seed", Local(seedPort + 1), .. settings.SelectMany(one => (string[])["--set", one]),
        ], isQuiet: true);
        // Read, so that it never waits for a reader.
        process.BeginOutputReadLine();
        return new ServerProcess(process);
    }

    /// <param name="isQuiet">Whoever starts it reads what it prints.</param>
    /// <param name="isObserved">False: nobody listens to what it counts.</param>
    public static Process Start(string server, string[] arguments, bool isQuiet = false, bool isObserved = true) =>
        Process.Start(new ProcessStartInfo("dotnet", [server, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = isQuiet,
            Environment = { ["OTEL_SDK_DISABLED"] = isObserved ? "false" : "true" },
        })!;

    /// <exception cref="InvalidOperationException">It has ended instead; it says why.</exception>
    public async Task ReadyAsync(HttpClient http, string node)
    {
        while (true)
        {
            if (_process.HasExited) throw new InvalidOperationException("The node has ended by itself.");
            try
            {
                using var answer = await http.GetAsync($"{node}/health/ready");
                if (answer.StatusCode == HttpStatusCode.OK) return;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await Task.Delay(200);
        }
    }

    public ProcessFigures Figures
    {
        get
        {
            var status = File.ReadAllLines($"/proc/{_process.Id}/status").Select(line => line.Split(':'))
                .ToLookup(line => line[0], line => line[1]);
            var handles = Directory.GetFiles($"/proc/{_process.Id}/fd");
            return new ProcessFigures(
                NumberIn(status["VmRSS"].Single()) / 1024.0, handles.Length, NumberIn(status["Threads"].Single()),
                handles.Count(handle => new FileInfo(handle).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true));
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static string Local(int port) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");

    private static int NumberIn(string text) => int.Parse(text.Trim().Split(' ')[0], CultureInfo.InvariantCulture);
}

/// <param name="Resident">In MiB.</param>
/// <param name="Handles">The sockets among them.</param>
internal sealed record ProcessFigures(double Resident, double Handles, double Threads, double Sockets)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Resident,6:N0} MiB resident, {Handles,6:N0} handles, {Sockets,6:N0} sockets, {Threads,3:N0} threads");
}
