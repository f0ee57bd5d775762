using DynamoActors.Core.Buckets;

namespace DynamoActors.Node.Membership;

/// <summary>
/// From this node's front end: change those fields. Answered with <see cref="BucketStored"/> once durable here and on every other node that
/// can be reached and answers in time.
/// </summary>
internal sealed record SetBucket(string Bucket, BucketFields Fields, BucketSettings Settings);

internal sealed record BucketStored(string Bucket, BucketSettings Settings);
