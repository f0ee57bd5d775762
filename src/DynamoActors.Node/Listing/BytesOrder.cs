namespace DynamoActors.Node.Listing;

/// <summary>Keys compare as unsigned bytes, a prefix before what it begins.</summary>
internal sealed class BytesOrder : IComparer<ReadOnlyMemory<byte>>
{
    public static readonly BytesOrder Ascending = new(1);
    public static readonly BytesOrder Descending = new(-1);

    private readonly int _sign;

    private BytesOrder(int sign) => _sign = sign;

    public int Compare(ReadOnlyMemory<byte> left, ReadOnlyMemory<byte> right) => _sign * left.Span.SequenceCompareTo(right.Span);
}
