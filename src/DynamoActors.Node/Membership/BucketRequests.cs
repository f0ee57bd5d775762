using DynamoActors.Core.Buckets;
using DynamoActors.Core.Security;

namespace DynamoActors.Node.Membership;

/// <summary>
/// From this node's front end: change those fields. Answered with <see cref="BucketStored"/> once durable here and on every other node that
/// can be reached and answers in time.
/// </summary>
internal sealed record SetBucket(string Bucket, BucketFields Fields, BucketSettings Settings);

internal sealed record BucketStored(string Bucket, BucketSettings Settings);

/// <summary>The same with a token that was made, or revoked; answered with <see cref="TokenStored"/>.</summary>
internal sealed record SetToken(AccessToken Token);

internal sealed record TokenStored(AccessToken Token);
