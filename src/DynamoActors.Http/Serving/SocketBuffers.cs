using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;

namespace DynamoActors.Http.Serving;

/// <summary>
/// Where the sockets' bytes are put: wide arrays while few are in use, so that a large body takes hundreds of calls of the system rather
/// than thousands, and beyond that narrow ones, so that many clients with a few bytes each hold little. Any thread may call.
/// </summary>
internal sealed class SocketBuffers : MemoryPool<byte>, IMemoryPoolFactory<byte>
{
    internal const int WideBytes = 32 * 1024;
    internal const int WideMost = 128;

    private readonly ConcurrentQueue<Wide> _free = new();
    private int _made;

    /// <summary>How many wide ones there are, free or in use.</summary>
    internal int Made => Math.Min(Volatile.Read(ref _made), WideMost);

    public override int MaxBufferSize => WideBytes;

    /// <summary>All sockets share what is few.</summary>
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => this;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        if (minBufferSize > WideBytes) throw new ArgumentOutOfRangeException(nameof(minBufferSize), minBufferSize, $"At most {WideBytes}.");
        if (_free.TryDequeue(out var wide)) return wide;
        return Made < WideMost && Interlocked.Increment(ref _made) <= WideMost
            ? new Wide(this)
            : Shared.Rent(Math.Max(minBufferSize, 1));
    }

    protected override void Dispose(bool disposing)
    {
        // One front end after another lets go of it; the arrays go with the last.
    }

    private sealed class Wide(SocketBuffers pool) : IMemoryOwner<byte>
    {
        // They live as long as the process, and the system is given their addresses all the time.
        private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(WideBytes, pinned: true);

        public Memory<byte> Memory => _bytes;

        public void Dispose() => pool._free.Enqueue(this);
    }
}
