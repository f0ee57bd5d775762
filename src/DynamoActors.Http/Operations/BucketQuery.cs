using System.Diagnostics.CodeAnalysis;
using DynamoActors.Core.Buckets;
using DynamoActors.Http.Problems;
using DynamoActors.Http.Targets;

namespace DynamoActors.Http.Operations;

/// <summary>The query <c>?bucket=</c> of a page about one key.</summary>
internal static class BucketQuery
{
    public static bool TryRead(ReadOnlySpan<char> query, out string bucket, [NotNullWhen(false)] out Problem? problem)
    {
        bucket = BucketName.Default;
        problem = null;
        var reader = new QueryReader(query);
        while (reader.MoveNext())
        {
            if (!reader.Name.SequenceEqual("bucket")) problem = RequestProblems.UnknownParameter(reader.Name.ToString(), "bucket");
            else if (!ObjectNames.TryReadBucket(reader.Value, out bucket, out problem)) return false;
            if (problem != null) return false;
        }

        return true;
    }
}
