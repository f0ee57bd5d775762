using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using DynamoActors.Client.Requests;
using DynamoActors.Client.Values;
using DynamoActors.Client.Wire;
using DynamoActors.Core.Buckets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DynamoActors.Client;

/// <summary>
/// A cluster as an application uses it: make one, and share it. It learns the ring from the first node that answers, hashes keys itself and
/// asks an owner of each. Any thread.
/// </summary>
public sealed class DynamoClient : IDisposable
{
    private readonly HttpMessageInvoker _http;
    private readonly Courier _courier;

    /// <summary>A client with connections of its own.</summary>
    /// <param name="nodes">Nodes to begin with, as <c>http://host:port</c>.</param>
    /// <exception cref="ArgumentException">There is none, or one is no such address.</exception>
    public DynamoClient(params string[] nodes)
        : this(OptionsOf(nodes))
    {
    }

    /// <summary>A client with connections of its own, or over a handler that the caller owns.</summary>
    /// <param name="options">Not to be changed afterwards.</param>
    /// <param name="handler">What requests go through; null: connections of its own.</param>
    /// <param name="log">Told of nodes that come and go, and of rings.</param>
    /// <exception cref="ArgumentException">There is no node, or a setting is none that it may be.</exception>
    public DynamoClient(DynamoClientOptions options, HttpMessageHandler? handler = null, ILogger<DynamoClient>? log = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        RequestTimeout = options.RequestTimeout;
        var sends = handler ?? StoreHandler.Create(options.ConnectTimeout, options.Certificate, options.Authorities);
        if (options.Token is { } token) sends = new TokenHandler(token, sends);
        _http = new HttpMessageInvoker(sends, disposeHandler: handler == null);
        var settings = new ClusterSettings(
            [.. options.Nodes.Select(node => new Uri(node.GetLeftPart(UriPartial.Authority) + "/"))],
            options.Zone, options.AsksOwners, options.Time);
        Cluster = new Cluster(_http, settings, log ?? NullLogger<DynamoClient>.Instance);
        _courier = new Courier(_http, Cluster, options.HedgedShare, options.Silence);
    }

    internal Cluster Cluster { get; }

    internal TimeSpan RequestTimeout { get; }

    /// <summary>The epoch of the ring that keys are routed by; null while none is known, and every node is asked in turn.</summary>
    public ulong? RingEpoch => Cluster.Ring?.Epoch;

    /// <summary>Asks for the ring now; otherwise that happens beside the first request. False: no node told one.</summary>
    public Task<bool> LearnRingAsync(CancellationToken cancellation = default) => Cluster.LearnRingAsync(cancellation);

    /// <summary>A bucket of bytes.</summary>
    /// <param name="name">1 to 255 bytes of UTF-8.</param>
    /// <exception cref="ArgumentException">The name is none that a bucket may have.</exception>
    public DynamoBucket<ReadOnlyMemory<byte>> Bucket(string name = BucketName.Default) => new(this, name, new BytesCodec(), null);

    /// <summary>A bucket of counters.</summary>
    /// <param name="name">1 to 255 bytes of UTF-8.</param>
    /// <exception cref="ArgumentException">The name is none that a bucket may have.</exception>
    public DynamoCounters Counters(string name) => new(this, name);

    /// <summary>A bucket of JSON, by a contract that the compiler made: nothing is found out by reflection.</summary>
    /// <param name="name">1 to 255 bytes of UTF-8.</param>
    /// <param name="type">Of the values.</param>
    /// <param name="resolver">Makes one value of several; null: reads give them as <see cref="Conflict{T}"/>.</param>
    /// <exception cref="ArgumentException">The name is none that a bucket may have.</exception>
    public DynamoBucket<T> Bucket<T>(string name, JsonTypeInfo<T> type, Func<IReadOnlyList<T>, T>? resolver = null) =>
        new(this, name, new JsonCodec<T>(type), resolver);

    /// <summary>A bucket of JSON.</summary>
    /// <param name="name">1 to 255 bytes of UTF-8.</param>
    /// <param name="resolver">Makes one value of several; null: reads give them as <see cref="Conflict{T}"/>.</param>
    /// <param name="options">How values become JSON; null: as on the web, in camel case.</param>
    /// <exception cref="ArgumentException">The name is none that a bucket may have.</exception>
    [RequiresUnreferencedCode("Types are found by reflection; hand in a JsonTypeInfo where code is trimmed.")]
    [RequiresDynamicCode("Types are found by reflection; hand in a JsonTypeInfo where code is compiled ahead.")]
    public DynamoBucket<T> Bucket<T>(string name, Func<IReadOnlyList<T>, T>? resolver = null, JsonSerializerOptions? options = null) =>
        Bucket(name, (JsonTypeInfo<T>)(options ?? JsonSerializerOptions.Web).GetTypeInfo(typeof(T)), resolver);

    /// <summary>The buckets that have keys; shorter names first, then by their bytes.</summary>
    /// <exception cref="DynamoException">A page could not be had.</exception>
    public async IAsyncEnumerable<string> ListBucketsAsync([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        string? cursor = null;
        do
        {
            var page = await PageAsync($"/buckets?limit=1000{After(cursor)}", StoreJson.Default.BucketsPage, cancellation);
            foreach (var name in page.Buckets ?? []) yield return System.Text.Encoding.UTF8.GetString(DecodedName(name));
            cursor = page.Cursor;
        }
        while (cursor != null);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    internal Task<NodeAnswer> SendAsync(StoreRequest request, CancellationToken cancellation) => _courier.SendAsync(request, cancellation);

    internal Deadline Deadline(TimeSpan? timeout) => new(Cluster.Time, CheckedTimeout(timeout));

    /// <exception cref="ArgumentOutOfRangeException">It is no time, or longer than nodes take.</exception>
    internal TimeSpan CheckedTimeout(TimeSpan? timeout)
    {
        var time = timeout ?? RequestTimeout;
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(time, TimeSpan.Zero, nameof(timeout));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(time, DynamoClientOptions.TimeoutMax, nameof(timeout));
        return time;
    }

    internal static string After(string? cursor) => cursor == null ? "" : $"&cursor={cursor}";

    internal static byte[] DecodedName(string encoded) =>
        PercentEncoding.Decode(encoded) ?? throw new DynamoException($"A page has a name that is not percent-encoded: '{encoded}'.");

    /// <exception cref="DynamoException">It could not be had.</exception>
    internal async Task<TPage> PageAsync<TPage>(string target, JsonTypeInfo<TPage> type, CancellationToken cancellation)
        where TPage : class
    {
        var request = new StoreRequest("list", HttpMethod.Get, target) { Timeout = RequestTimeout, IsRead = true };
        using var answer = await SendAsync(request, cancellation);
        return answer.Status == 200 && StoreJson.Read(answer.Body, type) is { } page ? page
            : throw new DynamoException($"A page of names could not be had: {answer.Detail}");
    }

    private static DynamoClientOptions OptionsOf(string[] nodes)
    {
        var options = new DynamoClientOptions();
        foreach (var node in nodes)
        {
            options.Nodes.Add(Uri.TryCreate(node, UriKind.Absolute, out var address) ? address
                : throw new ArgumentException($"'{node}' is not http://host:port.", nameof(nodes)));
        }

        return options;
    }
}
