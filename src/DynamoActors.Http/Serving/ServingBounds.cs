using DynamoActors.Core.Bytes;

namespace DynamoActors.Http.Serving;

/// <summary>What all requests of a node's clients share, by whichever protocol they come.</summary>
/// <param name="Bodies">Memory for what clients send, from the time it has come to the answer.</param>
/// <param name="Answers">Memory for large objects that are read for clients.</param>
/// <param name="Work">How much of large bodies the node works on at once.</param>
/// <param name="Patience">How long a request that names no time itself waits for each of them, and longer with a large body.</param>
internal sealed record ServingBounds(
    ConnectionLimit Connections, TransferBudget Bodies, TransferBudget Answers, WorkWindow Work, TimeSpan Patience, TimeProvider Time)
{
    /// <summary>A client that has so much to send rather waits a second longer than tries again.</summary>
    private const double BytesPerSecond = 256 << 10;

    private static readonly TimeSpan HeapPause = TimeSpan.FromMilliseconds(50);

    /// <summary>How long a request waits that names no time itself.</summary>
    public TimeSpan PatienceFor(long bytes) =>
        bytes < LargeArrays.LargeFrom ? Patience : Patience + TimeSpan.FromSeconds(bytes / BytesPerSecond);

    /// <summary>Waits for room for a body, which is to be returned. False: there was none in all of that time.</summary>
    public async ValueTask<bool> TakeBodyAsync(long bytes, TimeSpan patience)
    {
        var began = Time.GetTimestamp();
        if (!await Bodies.TakeAsync(bytes, patience)) return false;
        while (bytes >= LargeArrays.LargeFrom && !LargeArrays.HasRoomFor(bytes))
        {
            if (Time.GetElapsedTime(began) > patience)
            {
                Bodies.Return(bytes);
                return false;
            }

            await Task.Delay(HeapPause, Time);
        }

        return true;
    }
}
