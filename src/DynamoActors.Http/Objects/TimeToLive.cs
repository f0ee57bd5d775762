using DynamoActors.Core.Buckets;
using DynamoActors.Http.Targets;

namespace DynamoActors.Http.Objects;

/// <summary>How long a version is to be read, in whole seconds.</summary>
internal static class TimeToLive
{
    public static readonly string Expected = $"a whole number of seconds from 1 to {(long)BucketSettings.TtlLimit.TotalSeconds} (a "
        + $"hundred years)";

    public static bool TryParse(string text, out TimeSpan ttl)
    {
        ttl = default;
        return WholeNumber.TryParse(text, long.MaxValue, out var seconds) && TryFrom(seconds, out ttl);
    }

    public static bool TryFrom(long seconds, out TimeSpan ttl)
    {
        var isValid = seconds >= 1 && seconds <= (long)BucketSettings.TtlLimit.TotalSeconds;
        ttl = isValid ? TimeSpan.FromSeconds(seconds) : default;
        return isValid;
    }
}
