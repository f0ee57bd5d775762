namespace DynamoActors.Node.Requests;

/// <summary>A bucket's settings could not be changed, or not for certain, at present.</summary>
/// <param name="isUnknown">They may have been changed all the same.</param>
public sealed class BucketNotSetException(string message, bool isUnknown) : Exception(message)
{
    public bool IsUnknown { get; } = isUnknown;
}
