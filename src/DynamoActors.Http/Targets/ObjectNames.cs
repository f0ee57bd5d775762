using System.Diagnostics.CodeAnalysis;
using DynamoActors.Core.Buckets;
using DynamoActors.Http.Answers;
using DynamoActors.Http.Problems;

namespace DynamoActors.Http.Targets;

/// <summary>Decodes and checks the names in a path.</summary>
internal static class ObjectNames
{
    public static bool TryReadKey(ReadOnlySpan<char> encoded, int bytesMax, out byte[] key, [NotNullWhen(false)] out Problem? problem)
    {
        problem = !PercentEncoding.TryDecode(encoded, out key, out var position) ? RequestProblems.BrokenEncoding("key", position)
            : key.Length == 0 ? RequestProblems.KeyEmpty()
            : key.Length > bytesMax ? RequestProblems.KeyTooLong(key.Length, bytesMax)
            : null;
        return problem == null;
    }

    public static bool TryReadBucket(ReadOnlySpan<char> encoded, out string bucket, [NotNullWhen(false)] out Problem? problem)
    {
        problem = null;
        if (encoded.SequenceEqual(BucketName.Default))
        {
            bucket = BucketName.Default;
            return true;
        }

        problem = !PercentEncoding.TryDecodeText(encoded, out bucket, out var position) ? RequestProblems.BrokenEncoding("bucket", position)
            : !BucketName.TryValidate(bucket, out var error) ? RequestProblems.BadBucket(error)
            : null;
        return problem == null;
    }
}
