using DynamoActors.Core.Buckets;
using DynamoActors.Core.Quorum;

namespace DynamoActors.Http.Objects;

/// <summary>Where the number of a quorum that was not reached comes from, for the sentence that tells of it.</summary>
internal static class QuorumOrigin
{
    /// <param name="what">r, w, pr or pw.</param>
    public static string Of(string what, QuorumOverrides asked, BucketSettings bucket)
    {
        var (own, ofBucket) = what switch
        {
            "r" => (asked.R, bucket.R),
            "w" => (asked.W ?? asked.Dw, bucket.W ?? bucket.Dw),
            "pr" => (asked.Pr, bucket.Pr),
            _ => (asked.Pw, bucket.Pw),
        };
        return own is { } setting ? $"the request asks for {setting}"
            : asked.Consistency is { } preset ? $"the request asks for consistency={preset.ToString().ToLowerInvariant()}"
            : ofBucket is { } settings ? $"the bucket asks for {settings}"
            : "the cluster's default";
    }
}
