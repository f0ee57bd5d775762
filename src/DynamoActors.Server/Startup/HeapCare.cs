using DynamoActors.Core.Bytes;

namespace DynamoActors.Server.Startup;

/// <summary>
/// Keeps what large values leave behind on the heap bounded while they come and go, and gives memory back to the system once they no longer
/// do: by itself the runtime keeps what a load has once needed.
/// </summary>
internal static class HeapCare
{
    /// <summary>After the last large value, from one look to the next: what waits for the disk is let go late.</summary>
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30)];

    /// <summary>Below this, what is kept is not worth the pause that giving it back takes.</summary>
    private const long WorthIt = 32L << 20;

    /// <summary>The rest is for what is between the objects.</summary>
    private const int HeapPercentMost = 80;

    private static readonly Timer Looking = new(_ => Look(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    private static long _seen;
    private static long _givenBack;
    private static int _looks;

    /// <param name="availableBytes">What the process may have.</param>
    public static void Begin(long availableBytes, MemoryShares.Counts counts) => LargeArrays.Bound(
        availableBytes / 100 * HeapPercentMost, MemoryShares.UnusedOf(availableBytes, counts), LookLater);

    private static void LookLater() => Looking.Change(Pauses[_looks], Timeout.InfiniteTimeSpan);

    private static void Look()
    {
        var handedOut = LargeArrays.HandedOut;
        if (handedOut != _seen) _looks = 0;
        else if (handedOut - _givenBack < WorthIt || ++_looks == Pauses.Length)
        {
            _looks = 0;
            _givenBack = handedOut;
            LargeArrays.Quiet();
            return;
        }
        else GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);

        _seen = handedOut;
        LookLater();
    }
}
