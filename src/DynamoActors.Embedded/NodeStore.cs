using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;
using Akka.Actor;
using DynamoActors.Client;
using DynamoActors.Core.Buckets;
using DynamoActors.Core.Quorum;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Requests;
using DynamoActors.Node.Tracing;

namespace DynamoActors.Embedded;

/// <summary>The node of an actor system; before that has started it, and in a system without one, nothing is ready.</summary>
internal sealed class NodeStore : IDynamoStore, IExtension
{
    private const int AtOnce = 32;

    private static readonly TimeSpan _readyInterval = TimeSpan.FromMilliseconds(20);

    private volatile Door? _door;

    public static NodeStore Of(ActorSystem system) => system.WithExtension<NodeStore, Provider>();

    /// <summary>The node takes requests from now on.</summary>
    public void Open(IStoreNode node, long valueBytesMax) => _door = new Door(node, valueBytesMax);

    public async Task ReadyAsync(CancellationToken cancellation = default)
    {
        while (Readiness is { Ready: false } missing)
        {
            if (cancellation.IsCancellationRequested) throw new OperationCanceledException(missing.Reason, cancellation);
            await Task.Delay(_readyInterval, CancellationToken.None);
        }
    }

    public Task<GetResult<ReadOnlyMemory<byte>>> GetAsync(string bucket, DynamoKey key, ReadOptions? options = null) =>
        Read(bucket, key, options)();

    public Task<WriteResult> PutAsync(string bucket, DynamoKey key, ReadOnlyMemory<byte> value, WriteOptions? options = null) =>
        Put(bucket, key, value, options)();

    public Task<WriteResult> DeleteAsync(string bucket, DynamoKey key, WriteOptions? options = null) => Deletion(bucket, key, options)();

    public Task<IReadOnlyList<GetResult<ReadOnlyMemory<byte>>>> GetManyAsync(
        string bucket, IEnumerable<DynamoKey> keys, ReadOptions? options = null) =>
        EachAsync([.. keys.Select(key => (key, Read(bucket, key, options)))]);

    public Task<IReadOnlyList<WriteResult>> PutManyAsync(
        string bucket, IEnumerable<(DynamoKey Key, ReadOnlyMemory<byte> Value, WriteOptions? Options)> writes) =>
        EachAsync([.. writes.Select(write => (write.Key, Put(bucket, write.Key, write.Value, write.Options)))]);

    public Task<IReadOnlyList<WriteResult>> DeleteManyAsync(
        string bucket, IEnumerable<DynamoKey> keys, WriteOptions? options = null) =>
        EachAsync([.. keys.Select(key => (key, Deletion(bucket, key, options)))]);

    public IAsyncEnumerable<DynamoKey> ListKeysAsync(
        string bucket, string prefix = "", int pageSize = 1000, CancellationToken cancellation = default)
    {
        Require(bucket);
        ArgumentNullException.ThrowIfNull(prefix);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pageSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(pageSize, ListKeys.LimitMax);
        return ListAsync(bucket, Encoding.UTF8.GetBytes(prefix), pageSize, cancellation).Select(key => new DynamoKey(key.Span));
    }

    public IAsyncEnumerable<string> ListBucketsAsync(CancellationToken cancellation = default) =>
        // Behind the length of its name.
        ListAsync(ListKeys.Buckets, default, ListKeys.LimitMax, cancellation).Select(name => Encoding.UTF8.GetString(name.Span[1..]));

    private async IAsyncEnumerable<ReadOnlyMemory<byte>> ListAsync(
        string bucket, ReadOnlyMemory<byte> prefix, int limit, [EnumeratorCancellation] CancellationToken cancellation)
    {
        ReadOnlyMemory<byte>? after = default(ReadOnlyMemory<byte>);
        while (after is { } last)
        {
            cancellation.ThrowIfCancellationRequested();
            var page = await AskAsync(reply => new ListKeys(bucket, prefix, reply) { After = last, Limit = limit });
            if (page is not KeysListed listed)
                throw new DynamoException($"A page of names could not be had: {Outcomes.WhyNot(page)}");
            foreach (var key in listed.Keys) yield return key;
            after = listed.Next;
        }
    }

    /// <summary>Checks it; it is asked when what comes back is called.</summary>
    private Func<Task<GetResult<ReadOnlyMemory<byte>>>> Read(string bucket, DynamoKey key, ReadOptions? options)
    {
        Require(bucket, key);
        options ??= new ReadOptions();
        var timeout = Checked(options.Timeout);
        return async () => Outcomes.OfRead(bucket, key, await AskAsync(reply => new GetObject(bucket, key.Bytes, reply)
        {
            Quorum = new QuorumOverrides(R: options.R, Pr: options.Pr, Consistency: options.Consistency),
            Timeout = timeout,
        }));
    }

    private Func<Task<WriteResult>> Put(string bucket, DynamoKey key, ReadOnlyMemory<byte> value, WriteOptions? options)
    {
        var write = Write(bucket, key, options, value, isDeletion: false);
        return () => _door is { } door && value.Length > door.ValueBytesMax
            ? Task.FromResult<WriteResult>(new NotWritten(WhyNotWritten.TooLarge,
                $"The value has {value.Length:N0} bytes; at most {door.ValueBytesMax:N0} are taken (dynamo.http.value-bytes-max)."))
            : write();
    }

    private Func<Task<WriteResult>> Deletion(string bucket, DynamoKey key, WriteOptions? options)
    {
        if (options is { TimeToLive: not null } or { ContentType: not null })
            throw new ArgumentException("A deletion has neither a time to live nor a content type.", nameof(options));
        return Write(bucket, key, options, default, isDeletion: true);
    }

    private Func<Task<WriteResult>> Write(
        string bucket, DynamoKey key, WriteOptions? options, ReadOnlyMemory<byte> value, bool isDeletion)
    {
        Require(bucket, key);
        options ??= new WriteOptions();
        if (options.IfAbsent && options.IfMatch is not null)
            throw new ArgumentException(
                "A write is either for a key that holds nothing or for one that holds what has the ETag.", nameof(options));
        if (options.ContentType is { } type && !Sibling.IsContentType(type))
            throw new ArgumentException(
                $"A content type has 1 to {Sibling.ContentTypeLengthMax} printable ASCII characters.", nameof(options));
        if (options.TimeToLive is { } ttl && (ttl <= TimeSpan.Zero || ttl > BucketSettings.TtlLimit))
            throw new ArgumentException("A time to live is above 0, and at most a hundred years.", nameof(options));
        var timeout = Checked(options.Timeout);
        VersionVector? context = null;
        if (options.Context.Text is { } text && !ContextText.TryParse(text, bucket, key.Bytes.Span, out context, out var error))
            return () => Task.FromResult<WriteResult>(new NotWritten(WhyNotWritten.Refused, error));
        return async () => Outcomes.OfWrite(bucket, key, await AskAsync(reply => new PutObject(bucket, key.Bytes, reply)
        {
            Quorum = new QuorumOverrides(W: options.W, Pw: options.Pw, Consistency: options.Consistency),
            Timeout = timeout,
            Context = context,
            Value = value.ToArray(),
            ContentType = options.ContentType,
            Tombstone = isDeletion,
            Ttl = options.TimeToLive is { } time ? TimeSpan.FromSeconds(Math.Ceiling(time.TotalSeconds)) : null,
            Conditions = new Conditions(
                options.IfMatch is { } tag ? [tag.Trim('"')] : null, options.IfAbsent ? ["*"] : null, IfUnmodifiedSince: null),
        }));
    }

    /// <summary>Few enough at once that the node has room for others.</summary>
    private static async Task<IReadOnlyList<T>> EachAsync<T>((DynamoKey Key, Func<Task<T>> Ask)[] requests)
    {
        var results = new T[requests.Length];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, requests.Length).GroupBy(index => requests[index].Key),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (ofKey, _) =>
            {
                foreach (var index in ofKey) results[index] = await requests[index].Ask();
            });
        return results;
    }

    private NodeReadiness Readiness => _door?.Node.Readiness ?? new NodeReadiness(false, "The actor system has not started its node.");

    private Task<ClientOutcome> AskAsync(Func<IClientReply, ClientRequest> request)
    {
        if (_door is not { } door) return Task.FromResult<ClientOutcome>(new NodeNotReady(Readiness.Reason));
        var reply = new Reply();
        var asked = request(reply);
        // What the nodes do for it is a part of what the application does.
        if (Traces.AreOn && Activity.Current is { Recorded: true } around) asked.Trace = new TraceParent(around.Context);
        door.Node.Submit(asked);
        return reply.Outcome;
    }

    private static void Require(string bucket)
    {
        ArgumentNullException.ThrowIfNull(bucket);
        if (!BucketName.TryValidate(bucket, out var error)) throw new ArgumentException(error, nameof(bucket));
    }

    private static void Require(string bucket, DynamoKey key)
    {
        Require(bucket);
        if (key.Bytes.IsEmpty) throw new ArgumentException("The key is the default of its type, which has no bytes.", nameof(key));
    }

    private static TimeSpan? Checked(TimeSpan? timeout) =>
        timeout <= TimeSpan.Zero ? throw new ArgumentException("A request's time is above 0.", nameof(timeout)) : timeout;

    private sealed record Door(IStoreNode Node, long ValueBytesMax);

    private sealed class Reply : IClientReply
    {
        // The node's threads must not run what the application does next.
        private readonly TaskCompletionSource<ClientOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<ClientOutcome> Outcome => _outcome.Task;

        public void Complete(ClientOutcome outcome) => _outcome.SetResult(outcome);
    }

    private sealed class Provider : ExtensionIdProvider<NodeStore>
    {
        public override NodeStore CreateExtension(ExtendedActorSystem system) => new();
    }
}
