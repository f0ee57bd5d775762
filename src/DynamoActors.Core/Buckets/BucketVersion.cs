using System.Collections.Immutable;
using System.Numerics;
using DynamoActors.Core.Versioning;

namespace DynamoActors.Core.Buckets;

/// <summary>
/// A bucket's settings with the time of each field's last change: of two changes of a field the later one counts, on every node, and
/// changes of different fields both do. A bucket of counters stays one, whatever the times: under another policy a replica would keep the
/// last of several shares.
/// </summary>
/// <param name="Changed">By field, in the order of <see cref="BucketFields"/>; zero for one that was never changed.</param>
public sealed record BucketVersion(string Bucket, ImmutableArray<HybridTime> Changed, BucketSettings Settings)
{
    public static readonly int FieldCount = BitOperations.PopCount((uint)BucketFields.All);

    public HybridTime Latest => Changed.Max();

    /// <summary>Of a bucket that nobody has set.</summary>
    public static BucketVersion Unset(string bucket) => Whole(bucket, default, BucketSettings.Default);

    /// <summary>All fields of which were changed at once.</summary>
    public static BucketVersion Whole(string bucket, HybridTime changed, BucketSettings settings) =>
        new(bucket, [.. Enumerable.Repeat(changed, FieldCount)], settings);

    /// <summary>With those fields as they are in other settings.</summary>
    public BucketVersion With(BucketFields fields, BucketSettings settings, HybridTime changed) => new(
        Bucket, [.. Changed.Select((before, field) => fields.HasFlag(Field(field)) ? changed : before)], Settings.With(fields, settings));

    /// <summary>The same in whichever order versions are merged; this very instance where the other one tells nothing new.</summary>
    public BucketVersion Merge(BucketVersion other)
    {
        var later = BucketFields.None;
        for (int field = 0; field < FieldCount; field++)
            if (other.IsLater(this, field)) later |= Field(field);
        return later == BucketFields.None
            ? this
            : new(Bucket, [.. Changed.Select((before, field) => later.HasFlag(Field(field)) ? other.Changed[field] : before)],
                Settings.With(later, other.Settings));
    }

    // Two nodes may draw the same time: then the greater bytes win, so that all choose the same.
    private bool IsLater(BucketVersion other, int field)
    {
        var isOfCounters = Settings.Policy == ConflictPolicy.Counter;
        if (Field(field) == BucketFields.Policy && isOfCounters != (other.Settings.Policy == ConflictPolicy.Counter)) return isOfCounters;
        int byTime = Changed[field].CompareTo(other.Changed[field]);
        return byTime > 0 || byTime == 0 && Changed[field].Value > 0 && BytesOf(field).AsSpan().SequenceCompareTo(other.BytesOf(field)) > 0;
    }

    private byte[] BytesOf(int field) => BucketSettingsCodec.Encode(BucketSettings.Default.With(Field(field), Settings));

    private static BucketFields Field(int index) => (BucketFields)(1 << index);
}
