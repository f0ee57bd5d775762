using System.Collections.Immutable;
using DynamoActors.Core.Buckets;
using DynamoActors.Core.Ring;

namespace DynamoActors.Node.Ring;

/// <summary>What a RingKeeper remembers across restarts: the fold of its events.</summary>
internal sealed record RingState(PartitionTable? Ring, RingAcceptor Next, ImmutableSortedDictionary<string, BucketVersion> BucketVersions)
{
    public static readonly RingState Empty =
        new(null, RingAcceptor.For(epoch: 1), ImmutableSortedDictionary<string, BucketVersion>.Empty.WithComparers(StringComparer.Ordinal));

    public ulong Epoch => Ring?.Epoch ?? 0;

    public ImmutableDictionary<string, BucketSettings> Buckets =>
        BucketVersions.ToImmutableDictionary(bucket => bucket.Key, bucket => bucket.Value.Settings, StringComparer.Ordinal);

    public RingState Apply(object ringEvent) => ringEvent switch
    {
        AcceptorChanged changed when changed.Acceptor.Epoch == Next.Epoch => this with { Next = changed.Acceptor },
        RingCommitted committed when committed.Ring.Epoch > Epoch =>
            this with { Ring = committed.Ring, Next = RingAcceptor.For(committed.Ring.Epoch + 1) },
        BucketVersion version when IsNews(version) => this with { BucketVersions = BucketVersions.SetItem(version.Bucket, BucketOf(version.Bucket).Merge(version)) },
        _ => this,
    };

    public BucketVersion BucketOf(string name) => BucketVersions.GetValueOrDefault(name) ?? BucketVersion.Unset(name);

    public bool IsNews(BucketVersion version) => BucketOf(version.Bucket) is var known && !ReferenceEquals(known.Merge(version), known);
}

/// <summary>An event of the RingKeeper: durable before the promise or acceptance it stands for is sent.</summary>
internal sealed record AcceptorChanged(RingAcceptor Acceptor);
