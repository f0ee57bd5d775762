namespace DynamoActors.Core.Buckets;

/// <summary>Bytes that are no encoded <see cref="BucketSettings"/>: damaged, cut off, or of a newer format.</summary>
public sealed class BucketSettingsFormatException(string what) : Exception($"The encoded bucket settings are malformed: {what}.");
