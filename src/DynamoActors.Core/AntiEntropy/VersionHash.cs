using System.IO.Hashing;
using System.Numerics;
using System.Runtime.InteropServices;
using DynamoActors.Core.Versioning;

namespace DynamoActors.Core.AntiEntropy;

/// <summary>
/// What two replicas of a key compare instead of the object: 64 bits of its context and of all that is under each dot, of the values their
/// checksums. Objects that are equal have one hash on every node and every machine, read with their values or without
/// (VersionedObjectHead); 0 stands for a key that is not there, and no object has it.
/// </summary>
public static class VersionHash
{
    public const ulong Absent = 0;

    private const ulong Seed = 0x2D358DCCAA6C78A5;
    private const ulong TombstoneMark = 0x8BB84B93962EACC9;

    public static ulong Of(VersionedObject held)
    {
        var hash = Mix(Seed, (ulong)held.Context.Count);
        foreach (var entry in held.Context)
            hash = Mix(Mix(hash, entry.Actor), entry.Counter);
        // A sum: twins have another order where they are known by their checksums.
        ulong siblings = 0;
        foreach (var sibling in held.Siblings)
            siblings += Of(sibling);
        hash = Mix(hash, siblings);
        return hash == Absent ? Seed : hash;
    }

    private static ulong Of(Sibling sibling)
    {
        var hash = Mix(Mix(Mix(Seed, sibling.Dot.Actor), sibling.Dot.Counter), sibling.Time.Value);
        hash = Mix(hash, sibling.IsTombstone ? TombstoneMark : sibling.ValueChecksum);
        if (sibling.ExpiresAtUnixMilliseconds is { } expiresAt)
            hash = Mix(hash, (ulong)expiresAt);
        return sibling.ContentType is { } type ? Mix(hash, XxHash3.HashToUInt64(MemoryMarshal.AsBytes(type.AsSpan()))) : hash;
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
