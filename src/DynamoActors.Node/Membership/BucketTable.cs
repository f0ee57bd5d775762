using System.Collections.Immutable;
using DynamoActors.Core.Buckets;

namespace DynamoActors.Node.Membership;

/// <summary>The buckets' settings in force. Written by the ring keeper alone, before it acknowledges a change; read by everybody where they
/// are needed.</summary>
internal sealed class BucketTable
{
    private ImmutableDictionary<string, BucketSettings> _settings = ImmutableDictionary<string, BucketSettings>.Empty;

    public ImmutableDictionary<string, BucketSettings> Settings
    {
        get => Volatile.Read(ref _settings);
        set => Volatile.Write(ref _settings, value);
    }

    /// <summary>The defaults where none were ever set.</summary>
    public BucketSettings Of(string bucket) => Settings.GetValueOrDefault(bucket, BucketSettings.Default);
}
