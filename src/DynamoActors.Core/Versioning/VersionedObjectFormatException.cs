namespace DynamoActors.Core.Versioning;

/// <summary>Bytes that are no encoded <see cref="VersionedObject"/>: damaged, cut off, or of a newer format.</summary>
/// <param name="what">What was found there, and what was expected.</param>
/// <param name="offset">Of the first byte that does not fit, from the start of the encoded object.</param>
public sealed class VersionedObjectFormatException(string what, int offset)
    : Exception($"The encoded object is malformed at byte {offset}: {what}.")
{
    public int Offset { get; } = offset;
}
