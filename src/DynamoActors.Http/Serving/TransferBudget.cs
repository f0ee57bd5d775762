namespace DynamoActors.Http.Serving;

/// <summary>
/// Memory for what clients send, or for what they are sent. Small bodies have a quarter of it to themselves, so that they never wait behind
/// large ones. Whoever is slow to send or to take may hold a quarter of the rest while others wait for it: beyond that the slowest are cut
/// off. Any thread may call.
/// </summary>
internal sealed class TransferBudget(long bytesMax, TimeProvider time)
{
    /// <summary>From here on a body is a large one.</summary>
    public const int LargeFrom = 64 * 1024;

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(250);

    private readonly Room _small = new(bytesMax / 4, time);
    private readonly Room _large = new(bytesMax - bytesMax / 4, time);
    private readonly Lock _gate = new();
    private readonly List<Transfer> _transfers = [];

    public long BytesMax => bytesMax;

    public long Taken => _small.Taken + _large.Taken;

    public bool TryTake(long bytes) => RoomFor(bytes).TryTake(bytes);

    /// <summary>False: there was no room for all of that time.</summary>
    public async Task<bool> TakeAsync(long bytes, TimeSpan patience)
    {
        var taking = RoomFor(bytes).TakeAsync(bytes, patience);
        while (!taking.IsCompleted)
        {
            await Task.WhenAny(taking, Task.Delay(LookInterval, time));
            if (!taking.IsCompleted) CutSlow();
        }

        return await taking;
    }

    /// <param name="bytes">As they were taken, in one piece.</param>
    public void Return(long bytes) => RoomFor(bytes).Return(bytes);

    /// <summary>A large body begins to come, or to go.</summary>
    public Transfer Begin(long bytes, Action cut)
    {
        var transfer = new Transfer(bytes, time, cut);
        lock (_gate) _transfers.Add(transfer);
        return transfer;
    }

    public void End(Transfer transfer)
    {
        lock (_gate) _transfers.Remove(transfer);
    }

    private Room RoomFor(long bytes) => bytes < LargeFrom ? _small : _large;

    private void CutSlow()
    {
        List<Transfer> cut = [];
        lock (_gate)
        {
            var slow = _transfers.Where(transfer => transfer.IsSlow).OrderBy(transfer => transfer.BytesPerSecond).ToList();
            var bytes = slow.Sum(transfer => transfer.Bytes);
            foreach (var transfer in slow)
            {
                if (bytes <= _large.Most / 4) break;
                bytes -= transfer.Bytes;
                _transfers.Remove(transfer);
                cut.Add(transfer);
            }
        }

        foreach (var transfer in cut) transfer.Cut();
    }
}
