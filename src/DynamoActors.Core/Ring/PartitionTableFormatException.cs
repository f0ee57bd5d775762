namespace DynamoActors.Core.Ring;

/// <summary>Bytes that are no encoded <see cref="PartitionTable"/>: damaged, cut off, or of a newer format.</summary>
public sealed class PartitionTableFormatException(string what) : Exception($"The encoded ring is malformed: {what}.");
