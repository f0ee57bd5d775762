using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace DynamoActors.Benchmarks;

/// <summary>Clients that send requests until it is disposed of, each one after another.</summary>
internal sealed class Foreground : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly Task[] _clients;
    private List<double> _reads = [];
    private List<double> _writes = [];
    private int _failed;
    private long _since = Stopwatch.GetTimestamp();

    /// <param name="send">Reads or writes a key. False: it failed.</param>
    /// <param name="keys">Of so many one at random.</param>
    /// <param name="clients">So many requests at once.</param>
    /// <param name="pause">Of a client before each request, in ms.</param>
    /// <param name="reads">Null: in turn reads and writes.</param>
    public Foreground(Func<bool, string, Task<bool>> send, int keys, int clients, int pause, bool? reads = null) =>
        _clients = [.. Enumerable.Range(0, clients).Select(client => Task.Run(() => RunAsync(send, keys, client, pause, reads)))];

    /// <summary>The nodes in turn, by plain HTTP.</summary>
    /// <param name="failed">Is told of each that failed, and how.</param>
    public static Func<bool, string, Task<bool>> Through(
        HttpClient http, IReadOnlyList<string> nodes, int valueBytes, string bucket = "default", Action<string>? failed = null)
    {
        var value = new byte[valueBytes];
        new Random(valueBytes).NextBytes(value);
        var turn = 0;
        return async (isRead, key) =>
        {
            try
            {
                var url = $"{nodes[(int)((uint)Interlocked.Increment(ref turn) % nodes.Count)]}/buckets/{bucket}/keys/{key}";
                using var answer = isRead ? await http.GetAsync(url) : await http.PutAsync(url, new ByteArrayContent(value));
                await answer.Content.ReadAsByteArrayAsync();
                if (answer.IsSuccessStatusCode || answer.StatusCode == HttpStatusCode.NotFound) return true;
                failed?.Invoke($"{(isRead ? "a read" : "a write")} was answered with {(int)answer.StatusCode}");
                return false;
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                failed?.Invoke($"{(isRead ? "a read" : "a write")} had no answer: {e.GetBaseException().Message}");
                // A node that is down: whoever measures it knows.
                await Task.Delay(10);
                return false;
            }
        };
    }

    /// <summary>What comes of so long.</summary>
    public static async Task<Figures> RunAsync(
        Func<bool, string, Task<bool>> send, int keys, int clients, int pause, TimeSpan length, bool? reads = null)
    {
        var load = new Foreground(send, keys, clients, pause, reads);
        await using (load) await Task.Delay(length);
        return load.Take();
    }

    /// <summary>Of what was asked since they were last taken.</summary>
    public Figures Take()
    {
        lock (_lock)
        {
            var figures = new Figures(Stopwatch.GetElapsedTime(_since), _reads, _writes, _failed);
            (_reads, _writes, _failed, _since) = ([], [], 0, Stopwatch.GetTimestamp());
            return figures;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_clients);
        _stop.Dispose();
    }

    private async Task RunAsync(Func<bool, string, Task<bool>> send, int keys, int client, int pause, bool? reads)
    {
        var random = new Random(client);
        for (var turn = client; !_stop.IsCancellationRequested; turn++)
        {
            if (pause > 0) await Task.Delay(pause);
            var isRead = reads ?? turn % 2 == 0;
            var key = string.Create(CultureInfo.InvariantCulture, $"key{random.Next(keys)}");
            var began = Stopwatch.GetTimestamp();
            var isDone = await send(isRead, key);
            var took = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            lock (_lock)
            {
                (isRead ? _reads : _writes).Add(took);
                if (!isDone) _failed++;
            }
        }
    }
}

/// <summary>What came of requests.</summary>
/// <param name="Length">For how long they were sent.</param>
/// <param name="Reads">How long each took, in ms.</param>
/// <param name="Writes">As <paramref name="Reads"/>.</param>
/// <param name="Failed">Of both.</param>
internal sealed record Figures(TimeSpan Length, IReadOnlyList<double> Reads, IReadOnlyList<double> Writes, int Failed)
{
    public static Figures None { get; } = new(TimeSpan.Zero, [], [], 0);

    public int Count => Reads.Count + Writes.Count;

    public double PerSecond => Count / Length.TotalSeconds;

    public Times All => new(Reads.Concat(Writes));

    public static Figures operator +(Figures one, Figures other) => new(
        one.Length + other.Length, [.. one.Reads, .. other.Reads], [.. one.Writes, .. other.Writes], one.Failed + other.Failed);

    public override string ToString()
    {
        var all = All;
        return string.Create(CultureInfo.InvariantCulture,
            $"{PerSecond:N0} requests/s, p50 {all.At(.5):N2} ms, p99 {all.At(.99):N2} ms, {Failed} failed");
    }
}
