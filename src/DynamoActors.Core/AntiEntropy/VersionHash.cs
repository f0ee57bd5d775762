using System.IO.Hashing;
using System.Numerics;

namespace DynamoActors.Core.AntiEntropy;

/// <summary>
/// What two replicas of a key compare instead of the object: 64 bits of its stored form, values included. An object has one form (FORMAT.md),
/// so that equal objects have one hash on every node and every machine; 0 stands for a key that is not there, and no object has it.
/// </summary>
public static class VersionHash
{
    public const ulong Absent = 0;

    private const ulong InPlaceOfAbsent = 0x2D358DCCAA6C78A5;

    public static ulong Of(ReadOnlySpan<byte> encoded) =>
        XxHash3.HashToUInt64(encoded) is not Absent and var hash ? hash : InPlaceOfAbsent;

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
