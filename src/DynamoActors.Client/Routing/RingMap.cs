using DynamoActors.Client.Wire;
using DynamoActors.Core.Ring;

namespace DynamoActors.Client.Routing;

/// <summary>One ring as a node told it: who owns which partition, and where they take requests.</summary>
internal sealed class RingMap
{
    private readonly KeyHashKind _keyHash;
    private readonly KnownNode[][] _owners;

    private RingMap(RingPage page, KeyHashKind keyHash, RingPlace[] members, KnownNode[][] owners)
    {
        (Epoch, Cluster, _keyHash, Members, _owners) = (page.Epoch, page.Cluster!, keyHash, members, owners);
    }

    public ulong Epoch { get; }

    public string Cluster { get; }

    public IReadOnlyList<RingPlace> Members { get; }

    /// <summary>Those in the client's zone first, else in order of preference.</summary>
    public KnownNode[] OwnersOf(string bucket, ReadOnlySpan<byte> key) =>
        _owners[KeyHash.Of(bucket, key, _keyHash).Partition(_owners.Length)];

    /// <summary>Null where the page does not say enough to route by, such as that of an older node.</summary>
    /// <param name="page">What a node answered.</param>
    /// <param name="scheme">Of that node's address: members are named by host and port.</param>
    /// <param name="zone">Of the client; empty: no place is nearer.</param>
    /// <param name="known">The one node of each address.</param>
    public static RingMap? From(RingPage page, string scheme, string zone, Func<Uri, KnownNode> known)
    {
        KeyHashKind? keyHash = page.KeyHash switch { "xxh128" => KeyHashKind.Xxh128, "md5" => KeyHashKind.Md5, _ => null };
        if (keyHash is null || page.Cluster is null || page.Members is null || page.Owners is null) return null;
        if (page.Partitions < 1 || page.Owners.Length != page.Partitions) return null;
        var places = new Dictionary<string, RingPlace>();
        foreach (var member in page.Members)
        {
            if (Uri.TryCreate($"{scheme}://{member.Http}/", UriKind.Absolute, out var address))
                places[member.Name] = new RingPlace(known(address), zone.Length > 0 && member.Zone == zone);
        }

        if (places.Count == 0) return null;
        var owners = Array.ConvertAll(page.Owners, names => names.Where(places.ContainsKey).Select(name => places[name])
            .OrderBy(place => place.IsNear ? 0 : 1).Select(place => place.Node).Distinct().ToArray());
        return new RingMap(page, keyHash.Value, [.. places.Values], owners);
    }

    /// <summary>Another cluster's ring is taken as it is: its epochs do not compare with this one's.</summary>
    public bool IsReplacedBy(RingMap other) => other.Cluster != Cluster || other.Epoch > Epoch;
}

/// <summary>Where a member of the ring takes requests.</summary>
/// <param name="Node">Which one.</param>
/// <param name="IsNear">In the client's zone.</param>
internal readonly record struct RingPlace(KnownNode Node, bool IsNear);
