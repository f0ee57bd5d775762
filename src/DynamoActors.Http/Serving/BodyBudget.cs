namespace DynamoActors.Http.Serving;

/// <summary>Bytes of all request bodies that are being read or worked on. Any thread may call.</summary>
internal sealed class BodyBudget(long bytesMax)
{
    private long _bytes;

    public long BytesMax => bytesMax;

    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>False: together with the others it would be too much. A body that is alone always passes.</summary>
    /// <param name="held">What was taken for the same body before, while it grew.</param>
    public bool TryTake(long bytes, long held = 0)
    {
        var all = Interlocked.Add(ref _bytes, bytes);
        if (all <= bytesMax || all == held + bytes) return true;
        Interlocked.Add(ref _bytes, -bytes);
        return false;
    }

    public void Return(long bytes) => Interlocked.Add(ref _bytes, -bytes);
}
