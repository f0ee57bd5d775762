using DynamoActors.Core.Buckets;
using DynamoActors.Http.Answers;
using DynamoActors.Http.Targets;

namespace DynamoActors.Http.Operations;

/// <summary>The query <c>?bucket=</c> of a page about one key.</summary>
internal sealed class BucketQuery() : QueryParameters(["bucket"])
{
    public string Bucket { get; private set; } = BucketName.Default;

    protected override Problem? TakeEncoded(string name, ReadOnlySpan<char> encoded)
    {
        ObjectNames.TryReadBucket(encoded, out var bucket, out var problem);
        Bucket = bucket;
        return problem;
    }

    protected override Problem? Take(string name, string value) => null;
}
