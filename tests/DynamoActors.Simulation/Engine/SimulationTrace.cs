namespace DynamoActors.Simulation.Engine;

/// <summary>
/// Everything that happened, folded into one number as it happens: two runs are the same exactly if their hashes are. Written out only
/// where somebody wants to read it.
/// </summary>
public sealed class SimulationTrace
{
    private const ulong Prime = 0x9E3779B97F4A7C15;

    private ulong _hash = 0xCBF29CE484222325;

    /// <summary>Of all that was recorded so far, in its order.</summary>
    public ulong Hash => _hash;

    /// <summary>Takes each line; null: nobody reads.</summary>
    public Action<string>? Writer { get; set; }

    /// <summary>Something that a simulated world's owner did or saw.</summary>
    public void Note(TimeSpan now, string text)
    {
        Mix((ulong)now.Ticks);
        foreach (char c in text) Mix(c);
        Writer?.Invoke($"{now.TotalSeconds,12:0.0000000} {_hash >> 48:x4} {text}");
    }

    internal void Record(TimeSpan now, SimulatedHost host, string kind, int detail, object? subject)
    {
        Mix((ulong)now.Ticks);
        Mix(((ulong)(uint)host.Index << 48) ^ ((ulong)kind[0] << 40) ^ ((ulong)kind[^1] << 32) ^ (uint)detail);
        Writer?.Invoke($"{now.TotalSeconds,12:0.0000000} {_hash >> 48:x4} {host.Name} {kind} {subject}");
    }

    internal void Mix(ulong value)
    {
        ulong mixed = (_hash ^ value) * Prime;
        _hash = mixed ^ (mixed >> 29);
    }

    internal void Mix(ReadOnlySpan<byte> bytes)
    {
        Mix((ulong)bytes.Length);
        while (bytes.Length >= sizeof(ulong))
        {
            Mix(System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }
        foreach (byte one in bytes) Mix(one);
    }
}
