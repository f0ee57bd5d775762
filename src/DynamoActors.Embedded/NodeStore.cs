using Akka.Actor;
using DynamoActors.Client;
using DynamoActors.Core.Buckets;
using DynamoActors.Core.Quorum;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Requests;

namespace DynamoActors.Embedded;

/// <summary>The node of an actor system; before that has started it, and in a system without one, nothing is ready.</summary>
internal sealed class NodeStore : IDynamoStore, IExtension
{
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

    public async Task<GetResult<ReadOnlyMemory<byte>>> GetAsync(string bucket, DynamoKey key, ReadOptions? options = null)
    {
        Require(bucket, key);
        options ??= new ReadOptions();
        return Outcomes.OfRead(bucket, key, await AskAsync(reply => new GetObject(bucket, key.Bytes, reply)
        {
            Quorum = new QuorumOverrides(R: options.R, Pr: options.Pr, Consistency: options.Consistency),
            Timeout = Checked(options.Timeout),
        }));
    }

    public Task<WriteResult> PutAsync(string bucket, DynamoKey key, ReadOnlyMemory<byte> value, WriteOptions? options = null)
    {
        if (_door is { } door && value.Length > door.ValueBytesMax)
            return Task.FromResult<WriteResult>(new NotWritten(WhyNotWritten.TooLarge,
                $"The value has {value.Length:N0} bytes; at most {door.ValueBytesMax:N0} are taken (dynamo.http.value-bytes-max)."));
        return WriteAsync(bucket, key, options, value.ToArray(), isDeletion: false);
    }

    public Task<WriteResult> DeleteAsync(string bucket, DynamoKey key, WriteOptions? options = null)
    {
        if (options is { TimeToLive: not null } or { ContentType: not null })
            throw new ArgumentException("A deletion has neither a time to live nor a content type.", nameof(options));
        return WriteAsync(bucket, key, options, [], isDeletion: true);
    }

    private async Task<WriteResult> WriteAsync(string bucket, DynamoKey key, WriteOptions? options, byte[] value, bool isDeletion)
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
        VersionVector? context = null;
        if (options.Context.Text is { } text && !ContextText.TryParse(text, bucket, key.Bytes.Span, out context, out var error))
            return new NotWritten(WhyNotWritten.Refused, error);
        return Outcomes.OfWrite(bucket, key, await AskAsync(reply => new PutObject(bucket, key.Bytes, reply)
        {
            Quorum = new QuorumOverrides(W: options.W, Pw: options.Pw, Consistency: options.Consistency),
            Timeout = Checked(options.Timeout),
            Context = context,
            Value = value,
            ContentType = options.ContentType,
            Tombstone = isDeletion,
            Ttl = options.TimeToLive is { } time ? TimeSpan.FromSeconds(Math.Ceiling(time.TotalSeconds)) : null,
            Conditions = new Conditions(
                options.IfMatch is { } tag ? [tag.Trim('"')] : null, options.IfAbsent ? ["*"] : null, IfUnmodifiedSince: null),
        }));
    }

    private NodeReadiness Readiness => _door?.Node.Readiness ?? new NodeReadiness(false, "The actor system has not started its node.");

    private Task<ClientOutcome> AskAsync(Func<IClientReply, ClientRequest> request)
    {
        if (_door is not { } door) return Task.FromResult<ClientOutcome>(new NodeNotReady(Readiness.Reason));
        var reply = new Reply();
        door.Node.Submit(request(reply));
        return reply.Outcome;
    }

    private static void Require(string bucket, DynamoKey key)
    {
        ArgumentNullException.ThrowIfNull(bucket);
        if (!BucketName.TryValidate(bucket, out var error)) throw new ArgumentException(error, nameof(bucket));
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
