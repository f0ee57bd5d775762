using System.Collections.Concurrent;

namespace DynamoActors.MultiNode.Tests.Load;

/// <summary>
/// Clients that write and read their own keys through all nodes in turn, a few hundred requests a second together. A client that gets no
/// answer tries another node, as clients do, and leaves the silent one alone for a while. Each phase of a spec has keys of its own: what an
/// earlier phase wrote is not written or read again, so that nothing but the cluster itself brings it to where it is missing.
/// </summary>
internal sealed class ClientLoad : IAsyncDisposable
{
    private const int Clients = 8;
    private const int KeysPerPhase = 50;

    private readonly IReadOnlyList<int> _nodes;
    private readonly StoreRequests _requests;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _violations = new();
    private readonly ConcurrentQueue<WrittenKey[][]> _earlier = new();
    private readonly Task[] _clients;
    private long _acknowledged;
    private volatile Waiter? _waiter;
    private volatile int[] _trusted;
    private volatile WrittenKey[][] _keys;

    /// <param name="nodes">All of them, each trusted at first.</param>
    public ClientLoad(StoreRequests requests, IReadOnlyList<int> nodes)
    {
        _requests = requests;
        _nodes = nodes;
        _trusted = [.. nodes];
        _keys = KeysOf("before");
        _clients = [.. Enumerable.Range(0, Clients).Select(client => Task.Run(() => RunAsync(client)))];
    }

    /// <summary>Of all phases.</summary>
    public IReadOnlyList<WrittenKey> Keys => [.. _earlier.Append(_keys).SelectMany(keys => keys).SelectMany(keys => keys)];

    public long Acknowledged => Interlocked.Read(ref _acknowledged);

    /// <summary>What no client may ever see.</summary>
    public IReadOnlyCollection<string> Violations => _violations;

    /// <summary>
    /// From now on every request through these must succeed, from the first one on. Those begun before count if their node stays trusted.
    /// </summary>
    public void Trust(params int[] nodes) => _trusted = nodes;

    public void BeginPhase(string name)
    {
        _earlier.Enqueue(_keys);
        _keys = KeysOf(name);
    }

    /// <summary>Waits until so many more writes have been acknowledged.</summary>
    public async Task MoreAcknowledgedAsync(int count)
    {
        var waiter = new Waiter(Acknowledged + count);
        _waiter = waiter;
        var ended = await Task.WhenAny(waiter.Reached.Task, Task.WhenAll(_clients), Task.Delay(ServerProcess.Patience));
        if (ended != waiter.Reached.Task)
            throw new InvalidOperationException($"{count} more writes were not acknowledged:\n{string.Join('\n', _violations.Take(20))}");
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_clients);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private static WrittenKey[][] KeysOf(string phase) =>
        [.. Enumerable.Range(0, Clients).Select(client => Enumerable.Range(0, KeysPerPhase)
        .Select(key => new WrittenKey($"{phase}/client{client}/key{key}", withContext: key % 2 == 0)).ToArray())];

    private async Task RunAsync(int client)
    {
        var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(30));
        var avoided = new Dictionary<int, long>();
        for (var index = client; await NextAsync(pace); index++)
        {
            var key = _keys[client][index % KeysPerPhase];
            if (index % 3 == 2) await ReadAsync(key, Choose(index, avoided), avoided);
            else await WriteAsync(key, index, avoided);
        }
    }

    private async Task<bool> NextAsync(PeriodicTimer pace)
    {
        try
        {
            return await pace.WaitForNextTickAsync(_stop.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task WriteAsync(WrittenKey key, int first, Dictionary<int, long> avoided)
    {
        for (var attempt = first; attempt < first + _nodes.Count; attempt++)
        {
            var node = Choose(attempt, avoided);
            var value = key.NextValue();
            var trusted = _trusted;
            var context = key.ContextToSend;
            var put = await _requests.PutAsync(node, key.Name, value, context, trusted.Contains(node));
            key.Told(node, value, put.Failure ?? $"acknowledged with {put.Context}");
            if (put.Context is { } written)
            {
                key.Acknowledge(value, written);
                Count();
                return;
            }

            if (put.MayHaveWritten) key.MayHaveWritten(value, context);
            Failed(node, trusted, put.Failure!, avoided);
        }
    }

    private async Task ReadAsync(WrittenKey key, int node, Dictionary<int, long> avoided)
    {
        var trusted = _trusted;
        var got = await _requests.GetAsync(node, key.Name, trusted.Contains(node));
        if (got.Values is null) Failed(node, trusted, got.Failure!, avoided);
        else if (key.WhyWrong(got.Values) is { } wrong)
            _violations.Enqueue($"GET {key.Name} at node{node} answered [{string.Join("; ", got.Values)}]: {wrong}");
    }

    private void Failed(int node, int[] trusted, string failure, Dictionary<int, long> avoided)
    {
        if (trusted.Contains(node) && _trusted.Contains(node)) _violations.Enqueue(failure);
        avoided[node] = Environment.TickCount64 + 5000;
    }

    private int Choose(int turn, Dictionary<int, long> avoided)
    {
        for (var offset = 0; offset < _nodes.Count; offset++)
        {
            var node = _nodes[(turn + offset) % _nodes.Count];
            if (avoided.GetValueOrDefault(node) < Environment.TickCount64) return node;
        }

        return _nodes[turn % _nodes.Count];
    }

    private void Count()
    {
        var count = Interlocked.Increment(ref _acknowledged);
        if (_waiter is { } waiter && count >= waiter.Count) waiter.Reached.TrySetResult();
    }

    private sealed record Waiter(long Count)
    {
        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
