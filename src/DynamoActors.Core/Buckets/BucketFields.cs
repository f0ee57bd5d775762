namespace DynamoActors.Core.Buckets;

/// <summary>The fields of <see cref="BucketSettings"/>, each of which can be changed by itself. Their order is stored: new ones come
/// last.</summary>
[Flags]
public enum BucketFields
{
    None = 0,
    Policy = 1 << 0,
    N = 1 << 1,
    R = 1 << 2,
    W = 1 << 3,
    Pr = 1 << 4,
    Pw = 1 << 5,
    Dw = 1 << 6,
    Ttl = 1 << 7,
    SiblingsMax = 1 << 8,
    All = (1 << 9) - 1,
}
