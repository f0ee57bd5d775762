using System.Diagnostics.CodeAnalysis;
using DynamoActors.Core.Buckets;
using DynamoActors.Http.Answers;
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
        var isGiven = false;
        var reader = new QueryReader(query);
        while (reader.MoveNext())
        {
            problem = !reader.Name.SequenceEqual("bucket") ? RequestProblems.UnknownParameter(reader.Name.ToString(), "bucket")
                : isGiven ? RequestProblems.RepeatedParameter("bucket")
                : null;
            if (problem != null || !ObjectNames.TryReadBucket(reader.Value, out bucket, out problem)) return false;
            isGiven = true;
        }

        return true;
    }
}
