using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using DynamoActors.MultiNode.Tests;

namespace DynamoActors.Client.Tests.RealCluster;

/// <summary>The ring grows and shrinks while the client works: it knows nothing of moves, and learns each ring by the answers'
/// epochs.</summary>
public sealed class MovingRingSpecs : IAsyncLifetime
{
    private const int Writers = 4;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(120);

    private readonly string _directory = Directory.CreateTempSubdirectory("dynamo-moving-ring-").FullName;
    private readonly CancellationTokenSource _limit = new(_patience);
    private readonly (int, int, int) _ports = (FreePorts.Run(5), FreePorts.Run(5), FreePorts.Run(5));
    private readonly List<InProcessNode> _nodes = [];
    private readonly HttpClient _http = new();

    public async Task InitializeAsync()
    {
        for (var number = 1; number <= 3; number++) await StartAsync(number);
        await UntilAsync(async () => (await Task.WhenAll(_nodes.Select(node => _http.GetAsync(node.Url + "/health/ready"))))
            .All(answer => answer.IsSuccessStatusCode));
    }

    public async Task DisposeAsync()
    {
        await Task.WhenAll(_nodes.Select(node => node.DisposeAsync().AsTask()));
        _http.Dispose();
        _limit.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task No_request_fails_while_the_ring_grows_and_shrinks_and_then_its_members_are_asked()
    {
        using var handler = new RecordingHandler();
        var options = new DynamoClientOptions { RequestTimeout = TimeSpan.FromSeconds(60) };
        foreach (var node in _nodes) options.Nodes.Add(new Uri(node.Url));
        using var client = new DynamoClient(options, handler);
        await client.LearnRingAsync(_limit.Token);
        var first = client.RingEpoch;
        var load = new Load(client.Bucket<int>("moving"));
        await load.MoreAsync(400, _limit.Token);

        await StartAsync(4);
        await StartAsync(5);
        await ChangeAsync(3, "join/node4", "join/node5");
        await load.MoreAsync(400, _limit.Token);
        // Two of those that the client was told of at first.
        await ChangeAsync(3, "leave/node1", "leave/node2");
        foreach (var left in _nodes[..2])
        {
            await left.Left.WaitAsync(_limit.Token);
            left.HasLeft.ShouldBeTrue();
            await left.DisposeAsync();
        }

        await load.MoreAsync(400, _limit.Token);
        await load.StopAsync();
        load.Failures.ShouldBeEmpty();
        (await load.WrongAsync()).ShouldBeEmpty();

        var (epoch, _) = await PlanAsync(5);
        client.RingEpoch.ShouldBe(epoch);
        epoch.ShouldBeGreaterThan(first!.Value + 3);
        handler.Asked.Clear();
        // Each in its turn is the first owner of some keys, and one that was slow lately is asked again soon.
        var members = _nodes[2..].Select(node => new Uri(node.Url).Authority).Order().ToArray();
        string[] asked = [];
        await UntilAsync(async () =>
        {
            foreach (var key in load.Keys) await client.Bucket<int>("moving").GetAsync(key);
            asked = [.. handler.Asked.Where(one => one.Target.Contains("key=")).Select(one => one.Node).Distinct().Order()];
            return asked.Length >= members.Length;
        });
        asked.ShouldBe(members);
    }

    private InProcessNode Node(int number) => _nodes[number - 1];

    private async Task StartAsync(int number) =>
        _nodes.Add(await InProcessNode.StartAsync(number, seeds: 3, _ports, _directory, _limit.Token));

    /// <summary>Ends when all has arrived where it is to be.</summary>
    private async Task ChangeAsync(int via, params string[] changes)
    {
        var (before, _) = await PlanAsync(via);
        foreach (var change in changes)
            await UntilAsync(async () => (await _http.PostAsync($"{Node(via).Url}/cluster/{change}", null)).IsSuccessStatusCode);
        await UntilAsync(async () => (await _http.PostAsync($"{Node(via).Url}/cluster/plan/commit", null)).IsSuccessStatusCode);
        await UntilAsync(async () => await PlanAsync(via) is var (epoch, moving) && epoch > before && moving == 0);
    }

    private async Task<(ulong Epoch, int Moving)> PlanAsync(int via)
    {
        var plan = JsonNode.Parse(await _http.GetStringAsync($"{Node(via).Url}/cluster/plan"))!;
        return ((ulong)plan["epoch"]!, (int)plan["moving"]!);
    }

    private async Task UntilAsync(Func<Task<bool>> isSo)
    {
        while (!await isSo()) await Task.Delay(50, _limit.Token);
    }

    /// <summary>Writes keys of its own one after another, over and over, and reads each after its write.</summary>
    private sealed class Load
    {
        private const int KeysOfEach = 50;

        private readonly DynamoBucket<int> _bucket;
        private readonly ConcurrentDictionary<string, int> _written = new();
        private readonly ConcurrentQueue<string> _failures = new();
        private readonly CancellationTokenSource _stop = new();
        private readonly Task[] _writers;
        private int _requests;

        public Load(DynamoBucket<int> bucket)
        {
            _bucket = bucket;
            _writers = [.. Enumerable.Range(0, Writers).Select(writer => Task.Run(() => RunAsync(writer)))];
        }

        public IReadOnlyList<string> Failures => [.. _failures];

        public IEnumerable<string> Keys => _written.Keys.Order(StringComparer.Ordinal);

        /// <summary>Ends when so many requests more are answered.</summary>
        public async Task MoreAsync(int requests, CancellationToken cancellation)
        {
            var until = Volatile.Read(ref _requests) + requests;
            while (Volatile.Read(ref _requests) < until) await Task.Delay(20, cancellation);
        }

        public async Task StopAsync()
        {
            await _stop.CancelAsync();
            await Task.WhenAll(_writers);
            _stop.Dispose();
        }

        public async Task<IReadOnlyList<string>> WrongAsync()
        {
            var wrong = new List<string>();
            foreach (var (key, value) in _written)
                if (await _bucket.GetAsync(key) is var read && read is not Found<int> { Value: var found } || found != value)
                    wrong.Add($"{key}: {value} was written last, and {read} is there");
            return wrong;
        }

        private async Task RunAsync(int writer)
        {
            for (var number = 0; !_stop.IsCancellationRequested; number++)
            {
                var key = string.Create(CultureInfo.InvariantCulture, $"{writer}-{number % KeysOfEach}");
                var written = await _bucket.PutAsync(key, number);
                if (written is Written) _written[key] = number;
                else _failures.Enqueue($"put {key}: {written}");
                var read = await _bucket.GetAsync(key);
                if (read is not Found<int> { Value: var found } || written is Written && found != number)
                    _failures.Enqueue($"get {key}: {read} after {number}");
                Interlocked.Add(ref _requests, 2);
            }
        }
    }
}
