namespace DynamoActors.Core.Ring;

/// <summary>One node of the ring.</summary>
/// <param name="Name">Unique in the cluster; what the member is known by from one ring to the next.</param>
/// <param name="Address">Of its actor system, <c>akka.tcp://dynamo@host:port</c>.</param>
/// <param name="Http">Where it takes HTTP, <c>host:port</c>; empty where unknown.</param>
/// <param name="Zone">Replicas of a partition are spread over zones; empty where none was given, which is a zone like any other.</param>
/// <param name="Weight">Its capacity relative to the others'; above 0.</param>
public sealed record RingMember(string Name, string Address, string Http, string Zone, double Weight)
{
    private const int TextBytesMax = 255;

    /// <summary>While the ring is on its way: whether the member comes or goes.</summary>
    public RingMemberState State { get; init; }

    /// <summary>What is wrong with it; null where nothing is.</summary>
    internal string? Fault()
    {
        if (Name.Length == 0)
            return "a member has no name";
        ReadOnlySpan<(string, string)> texts = [("name", Name), ("address", Address), ("HTTP address", Http), ("zone", Zone)];
        foreach (var (what, text) in texts)
            if (System.Text.Encoding.UTF8.GetByteCount(text) > TextBytesMax || text.AsSpan().ContainsAnyInRange('\0', '\x1f'))
                return $"the {what} of member {Name} is longer than {TextBytesMax} bytes or holds control characters";
        if (!double.IsFinite(Weight) || Weight <= 0)
            return $"the weight of member {Name} is {Weight}, not above 0";
        return null;
    }
}

/// <summary>What a ring on its way is about to make of a member. Where nothing moves, all are staying.</summary>
public enum RingMemberState : byte
{
    Staying = 0,

    /// <summary>New, and owns what it has been handed over so far.</summary>
    Joining = 1,

    /// <summary>Hands over all it owns, and is no member afterwards.</summary>
    Leaving = 2,

    /// <summary>Dead for good: what it owns comes from the other owners, and it is no member afterwards.</summary>
    Lost = 3,
}
