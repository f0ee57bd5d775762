using System.Diagnostics;
using System.Globalization;

namespace DynamoActors.Benchmarks;

/// <summary>Clients that write and read in turn through all nodes, with a pause in ms before each request.</summary>
internal sealed class Foreground : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly Task[] _clients;
    private readonly byte[] _value;
    private List<double> _took = [];
    private int _failed;
    private long _since = Stopwatch.GetTimestamp();

    public Foreground(HttpClient http, string[] nodes, int keys, int valueBytes, int clients, int pause)
    {
        _value = new byte[valueBytes];
        new Random(valueBytes).NextBytes(_value);
        _clients = [.. Enumerable.Range(0, clients).Select(client => Task.Run(() => RunAsync(http, nodes, keys, client, pause)))];
    }

    /// <summary>Of what was asked since they were last taken.</summary>
    public Figures Take()
    {
        lock (_lock)
        {
            var all = _took.Order().ToArray();
            var figures = all.Length == 0 ? new Figures(0, 0, 0, _failed) : new Figures(
                all.Length / Stopwatch.GetElapsedTime(_since).TotalSeconds, all[all.Length / 2], all[all.Length * 99 / 100], _failed);
            (_took, _failed, _since) = ([], 0, Stopwatch.GetTimestamp());
            return figures;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_clients);
        _stop.Dispose();
    }

    private async Task RunAsync(HttpClient http, string[] nodes, int keys, int client, int pause)
    {
        var random = new Random(client);
        for (var turn = client; !_stop.IsCancellationRequested; turn++)
        {
            if (pause > 0) await Task.Delay(pause);
            var isDone = false;
            var began = Stopwatch.GetTimestamp();
            try
            {
                var url = $"{nodes[turn % nodes.Length]}/kv/key{random.Next(keys)}";
                using var answer = turn % 2 == 0 ? await http.GetAsync(url) : await http.PutAsync(url, new ByteArrayContent(_value));
                await answer.Content.ReadAsByteArrayAsync();
                isDone = answer.IsSuccessStatusCode || answer.StatusCode == System.Net.HttpStatusCode.NotFound;
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                // A node that is down: whoever measures it knows.
                await Task.Delay(10);
            }

            lock (_lock)
            {
                _took.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                if (!isDone) _failed++;
            }
        }
    }
}

internal sealed record Figures(double PerSecond, double P50, double P99, int Failed)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{PerSecond:N0} requests/s, p50 {P50:N2} ms, p99 {P99:N2} ms, {Failed} failed");
}
