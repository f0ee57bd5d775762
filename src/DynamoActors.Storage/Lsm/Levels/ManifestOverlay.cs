using System.Buffers.Binary;

namespace DynamoActors.Storage.Lsm.Levels;

/// <summary>
/// A manifest and its copy laid over each other: both are damaged, but where not in the same places all of it is still there. They were
/// written alike, so only where they differ one of them is wrong, and the checksums say which.
/// </summary>
internal static class ManifestOverlay
{
    /// <summary>A place where they differ goes on for as long as no more bytes than these are alike.</summary>
    private const int AlikeBytes = 16;

    /// <summary>All choices are tried; with more places than these there is no telling.</summary>
    private const int PlacesMax = 12;

    private delegate bool Check(ReadOnlySpan<byte> bytes);

    /// <summary>The whole manifest; null where something of it is damaged in both, or was never written to both.</summary>
    public static byte[]? Combine(byte[] one, byte[] two)
    {
        var length = Math.Max(one.Length, two.Length);
        Array.Resize(ref one, length);
        Array.Resize(ref two, length);
        var whole = new byte[length];
        if (length < ManifestFile.HeaderBytes || !TryPart(one, two, whole, ..ManifestFile.HeaderBytes, ManifestFile.IsHeader))
            return null;
        for (var at = ManifestFile.HeaderBytes; at < length;)
        {
            if (TryRecord(one, two, whole, at) is not { } end)
                return null;
            at = end;
        }
        return whole;
    }

    /// <summary>Returns where it ends. Either of the two may say how long it is.</summary>
    private static int? TryRecord(byte[] one, byte[] two, byte[] whole, int at)
    {
        var start = at + ManifestFile.RecordHeaderBytes;
        foreach (var copy in (byte[][])[one, two])
        {
            if (start > whole.Length || BinaryPrimitives.ReadUInt32LittleEndian(copy.AsSpan(at + 4)) is var bytes
                && bytes > whole.Length - start)
                continue;
            var end = start + (int)bytes;
            if (TryPart(one, two, whole, at..end, record => ManifestFile.TryReadRecord(record, 0, out var payload)
                && payload.Length == (int)bytes))
                return end;
        }
        return null;
    }

    /// <summary>Tries what stands in either of the two for each place where they differ.</summary>
    private static bool TryPart(byte[] one, byte[] two, byte[] whole, Range part, Check isSound)
    {
        var places = Differences(one, two, part);
        if (places.Count > PlacesMax)
            return false;
        one.AsSpan(part).CopyTo(whole.AsSpan(part));
        for (var choice = 0; choice < 1 << places.Count; choice++)
        {
            for (var place = 0; place < places.Count; place++)
                ((choice >> place & 1) == 0 ? one : two).AsSpan(places[place]).CopyTo(whole.AsSpan(places[place]));
            if (isSound(whole.AsSpan(part)))
                return true;
        }
        return false;
    }

    private static List<Range> Differences(byte[] one, byte[] two, Range part)
    {
        var places = new List<Range>();
        for (var at = part.Start.Value; at < part.End.Value; at++)
        {
            if (one[at] == two[at])
                continue;
            if (places.Count > 0 && at - places[^1].End.Value < AlikeBytes)
                places[^1] = places[^1].Start..(at + 1);
            else
                places.Add(at..(at + 1));
        }
        return places;
    }
}
