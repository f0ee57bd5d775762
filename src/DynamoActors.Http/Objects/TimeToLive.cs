using System.Globalization;
using DynamoActors.Core.Buckets;

namespace DynamoActors.Http.Objects;

/// <summary>How long a version is to be read, in whole seconds.</summary>
internal static class TimeToLive
{
    public static readonly string Expected = $"a whole number of seconds from 1 to {(long)BucketSettings.TtlLimit.TotalSeconds} (a "
        + $"hundred years)";

    public static bool TryParse(string text, out TimeSpan ttl)
    {
        ttl = default;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && TryFrom(seconds, out ttl);
    }

    public static bool TryFrom(long seconds, out TimeSpan ttl)
    {
        var isValid = seconds >= 1 && seconds <= (long)BucketSettings.TtlLimit.TotalSeconds;
        ttl = isValid ? TimeSpan.FromSeconds(seconds) : default;
        return isValid;
    }

    /// <summary>When a version written now is to expire, in milliseconds since 1970; null: the request does not say.</summary>
    /// <param name="asked">The request's own; null: none, and the coordinating replica applies the bucket's.</param>
    public static long? ExpiryOf(TimeSpan? asked, TimeProvider time) =>
        asked is { } ttl ? (time.GetUtcNow() + ttl).ToUnixTimeMilliseconds() : null;
}
