using System.Numerics;
using DynamoActors.Core.Versioning;

namespace DynamoActors.Core.AntiEntropy;

/// <summary>
/// What two replicas of a key compare instead of the object: 64 bits of its context and of each sibling's dot and tombstone flag. Objects
/// that are equal have one hash on every node and every machine; 0 stands for a key that is not there, and no object has it.
/// </summary>
public static class VersionHash
{
    public const ulong Absent = 0;

    private const ulong Seed = 0x2D358DCCAA6C78A5;
    private const ulong TombstoneMark = 0x8BB84B93962EACC9;

    public static ulong Of(VersionedObject value)
    {
        var hash = Mix(Seed, (ulong)value.Context.Count);
        foreach (var entry in value.Context)
            hash = Mix(Mix(hash, entry.Actor), entry.Counter);
        foreach (var sibling in value.Siblings)
        {
            hash = Mix(Mix(hash, sibling.Dot.Actor), sibling.Dot.Counter);
            if (sibling.IsTombstone)
                hash = Mix(hash, TombstoneMark);
        }
        return hash == Absent ? Seed : hash;
    }

    /// <summary>Folds one number into a hash; neither order nor value may be exchanged unnoticed.</summary>
    internal static ulong Mix(ulong hash, ulong value)
    {
        // The finalizer of SplitMix64 over a rotated sum: every bit of either input reaches every bit of the result, and for a given hash
        // it is one to one.
        var mixed = BitOperations.RotateLeft(hash, 23) + (value ^ 0x9E3779B97F4A7C15);
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}
