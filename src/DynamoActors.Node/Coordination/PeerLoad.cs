using DynamoActors.Core.Ring;

namespace DynamoActors.Node.Coordination;

/// <summary>
/// What one coordinator has asked of each other member of a ring and not heard of yet. A member with more of that than it may have is busy,
/// and asked nothing until half of it is answered or given up: what waits for it must not grow for as long as it is slow.
/// </summary>
/// <param name="requestsMax">Of one member.</param>
/// <param name="bytesMax">Of one member: keys and values, sent and expected in answers. A single larger request passes.</param>
/// <param name="changed">Called when a member becomes busy, or free again.</param>
internal sealed class PeerLoad(int members, int requestsMax, long bytesMax, Action changed)
{
    private readonly int[] _requests = new int[members];
    private readonly long[] _bytes = new long[members];

    public MemberSet Busy { get; private set; } = MemberSet.Empty;

    public void Sent(int member, int bytes)
    {
        _requests[member]++;
        Expected(member, bytes);
    }

    /// <summary>What was sent before will be answered with so much.</summary>
    public void Expected(int member, int bytes)
    {
        _bytes[member] += bytes;
        if ((_requests[member] < requestsMax && _bytes[member] < bytesMax) || Busy.Contains(member)) return;
        Busy = Busy.With(member);
        changed();
    }

    /// <param name="bytes">As many as were sent, and expected.</param>
    public void Done(int member, int bytes)
    {
        _requests[member]--;
        _bytes[member] -= bytes;
        if (Busy.Count == 0 || !Busy.Contains(member) || _requests[member] > requestsMax / 2 || _bytes[member] > bytesMax / 2) return;
        Busy = Busy.Without(member);
        changed();
    }
}
