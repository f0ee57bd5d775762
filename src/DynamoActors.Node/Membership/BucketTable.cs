using System.Collections.Immutable;
using DynamoActors.Core.Buckets;
using DynamoActors.Core.Security;

namespace DynamoActors.Node.Membership;

/// <summary>The buckets' settings and the tokens in force. Written by the ring keeper alone, before it acknowledges a change; read by
/// everybody where they are needed.</summary>
internal sealed class BucketTable
{
    private ImmutableDictionary<string, BucketSettings> _settings = ImmutableDictionary<string, BucketSettings>.Empty;
    private TokenTable _tokens = TokenTable.Empty;

    public ImmutableDictionary<string, BucketSettings> Settings
    {
        get => Volatile.Read(ref _settings);
        set => Volatile.Write(ref _settings, value);
    }

    public TokenTable Tokens
    {
        get => Volatile.Read(ref _tokens);
        set => Volatile.Write(ref _tokens, value);
    }

    /// <summary>The defaults where none were ever set.</summary>
    public BucketSettings Of(string bucket) => Settings.GetValueOrDefault(bucket, BucketSettings.Default);
}
