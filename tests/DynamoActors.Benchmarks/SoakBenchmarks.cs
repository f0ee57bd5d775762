using System.Globalization;

namespace DynamoActors.Benchmarks;

/// <summary>
/// Three nodes for as long as is said, in rounds of the same: load, more than they can do, and one killed and started again under load.
/// What they have is looked at each second, and drawn; in the last rounds they may have a tenth more than in those before, and no more.
/// </summary>
internal static class SoakBenchmarks
{
    private const int Nodes = 3;
    private const int Keys = 5_000;
    private const double Slack = 1.1;

    /// <summary>By how much a number of threads or connections moves without meaning anything.</summary>
    private const int Noise = 5;

    /// <summary>Small enough to be full after the first round: what rises later is not theirs.</summary>
    private static readonly string[] Caches = ["dynamo.store.lsm.block-cache-bytes=16MiB", "dynamo.store.lsm.memtable-bytes=8MiB"];

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private static readonly (string Name, string Unit, Func<ProcessFigures, double> Of)[] Measures =
    [
        ("resident memory", "MiB", figures => figures.Resident), ("handles", "", figures => figures.Handles),
        ("threads", "", figures => figures.Threads), ("sockets", "", figures => figures.Sockets),
    ];

    /// <param name="args">The server's program, and if need be <c>--minutes</c>, <c>--round</c> seconds, <c>--picture</c> to write,
    /// <c>--port</c>: the first of thirty.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        var minutes = Options.Number(args, "--minutes", 60);
        var round = Options.Number(args, "--round", Math.Clamp(minutes * 60 / 10, 30, 180));
        var picture = Options.Text(args, "--picture", "soak.svg");
        var port = Options.Number(args, "--port", 32300);
        var data = Directory.CreateTempSubdirectory("dynamo-soak-").FullName;
        ServerProcess Start(int node) => ServerProcess.StartNode(
            args[0], $"node{node + 1}", data, port + 10 * node, port, [.. Caches, $"dynamo.ring.initial-members={Nodes}"]);
        string[] urls = [.. Enumerable.Range(0, Nodes).Select(node => $"http://127.0.0.1:{port + 10 * node}")];
        var running = Enumerable.Range(0, Nodes).Select(Start).ToArray();
        var samples = new List<ProcessFigures?[]>();
        try
        {
            using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(30) };
            for (var node = 0; node < Nodes; node++) await running[node].ReadyAsync(http, urls[node]);
            for (var begun = 0; begun < minutes * 60 / round; begun++)
            {
                await using (var load = new Foreground(Foreground.Through(http, urls, 1000), Keys, clients: 8, pause: 5))
                    await SampleAsync(round / 3, load, "load");
                await using (var overload = new Foreground(Foreground.Through(http, urls, 8000), Keys, clients: 128, pause: 0))
                    await SampleAsync(round / 3, overload, "overload");
                await using var killed = new Foreground(Foreground.Through(http, urls, 1000), Keys, clients: 8, pause: 5);
                await running[^1].DisposeAsync();
                var down = round / 12;
                await SampleAsync(down, killed, "one is killed");
                running[^1] = Start(Nodes - 1);
                await SampleAsync(round - 2 * (round / 3) - down, killed, "and back");
            }
        }
        finally
        {
            foreach (var node in running) await node.DisposeAsync();
            Directory.Delete(data, recursive: true);
        }

        File.WriteAllText(picture, SoakPicture.Of(Measures, samples, round));
        return Judge(samples, round) ? 0 : 1;

        async Task SampleAsync(int seconds, Foreground load, string what)
        {
            for (var second = 0; second < seconds; second++)
            {
                await Task.Delay(Second);
                samples.Add([.. running.Select(FiguresOf)]);
            }

            Console.WriteLine($"{samples.Count,5} s {what,-14} {load.Take()}; {samples[^1][0]}");
        }
    }

    private static ProcessFigures? FiguresOf(ServerProcess node)
    {
        try
        {
            return node.Figures;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Of the rounds' means of each node and measure, the middle one of the last three against the middle one of those before
    /// them, without the first two: between two collections of all generations a heap grows by more than a tenth.</summary>
    private static bool Judge(List<ProcessFigures?[]> samples, int round)
    {
        var isWell = true;
        foreach (var (name, unit, of) in Measures)
        {
            for (var node = 0; node < Nodes; node++)
            {
                var means = samples.Chunk(round).Where(chunk => chunk.Length == round)
                    .Select(chunk => chunk.Select(sample => sample[node]).OfType<ProcessFigures>().Average(of)).ToArray();
                if (means.Length < 6) return Unjudged();
                var (plateau, last) = (Middle(means[2..^3]), Middle(means[^3..]));
                var grows = last > plateau * Slack + (unit.Length > 0 ? 0 : Noise);
                isWell &= !grows;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"node{node + 1} {name,-16} plateau {plateau,7:N0} {unit,-3} last rounds {last,7:N0}: "
                    + $"{100 * last / plateau:N0}%{(grows ? " GROWS" : "")}"));
            }
        }

        return isWell;
    }

    private static double Middle(double[] means) => means.Order().ElementAt(means.Length / 2);

    private static bool Unjudged()
    {
        Console.WriteLine("Fewer than six rounds: nothing can be said.");
        return false;
    }
}
