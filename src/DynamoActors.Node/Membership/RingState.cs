using System.Collections.Immutable;
using DynamoActors.Core.Buckets;
using DynamoActors.Core.Ring;
using DynamoActors.Core.Security;
using DynamoActors.Node.Messages;

namespace DynamoActors.Node.Membership;

/// <summary>What a RingKeeper remembers across restarts: the fold of its events.</summary>
/// <param name="Moved">By name, where each member of the ring was met last.</param>
/// <param name="Staged">For the next ring; a ring that is committed leaves nothing of it.</param>
internal sealed record RingState(
    PartitionTable? Ring, RingAcceptor Next, ImmutableSortedDictionary<string, BucketVersion> BucketVersions,
        ImmutableSortedDictionary<string, MemberMoved> Moved, StagedChanges Staged,
        ImmutableSortedDictionary<string, AccessToken> Tokens)
{
    public static readonly RingState Empty =
        new(null, RingAcceptor.For(epoch: 1), ImmutableSortedDictionary.Create<string, BucketVersion>(StringComparer.Ordinal),
            ImmutableSortedDictionary.Create<string, MemberMoved>(StringComparer.Ordinal),
            StagedChanges.None, ImmutableSortedDictionary.Create<string, AccessToken>(StringComparer.Ordinal));

    public ulong Epoch => Ring?.Epoch ?? 0;

    public ImmutableDictionary<string, BucketSettings> Buckets =>
        BucketVersions.ToImmutableDictionary(bucket => bucket.Key, bucket => bucket.Value.Settings, StringComparer.Ordinal);

    public RingState Apply(object ringEvent) => ringEvent switch
    {
        AcceptorChanged changed when changed.Acceptor.Epoch == Next.Epoch => this with { Next = changed.Acceptor },
        RingCommitted committed when committed.Ring.Epoch > Epoch =>
            this with
            {
                Ring = committed.Ring,
                Next = RingAcceptor.For(committed.Ring.Epoch + 1),
                Staged = Staged with { Changes = [] },
            },
        StagedChanges staged when staged.Version > Staged.Version => this with { Staged = staged },
        MemberMoved moved => this with { Moved = Moved.SetItem(moved.Name, moved) },
        BucketVersion version when IsNews(version) =>
            this with { BucketVersions = BucketVersions.SetItem(version.Bucket, BucketOf(version.Bucket).Merge(version)) },
        AccessToken token when IsNews(token) => this with { Tokens = Tokens.SetItem(token.Id, Merged(token)) },
        _ => this,
    };

    public BucketVersion BucketOf(string name) => BucketVersions.GetValueOrDefault(name) ?? BucketVersion.Unset(name);

    public bool IsNews(BucketVersion version) => BucketOf(version.Bucket) is var known && !ReferenceEquals(known.Merge(version), known);

    public bool IsNews(AccessToken token) => !Tokens.TryGetValue(token.Id, out var known) || !ReferenceEquals(known.Merge(token), known);

    private AccessToken Merged(AccessToken token) => Tokens.TryGetValue(token.Id, out var known) ? known.Merge(token) : token;
}

/// <summary>An event of the RingKeeper: durable before the promise or acceptance it stands for is sent.</summary>
internal sealed record AcceptorChanged(RingAcceptor Acceptor);
