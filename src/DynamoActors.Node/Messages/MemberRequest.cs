namespace DynamoActors.Node.Messages;

/// <summary>
/// The request id of a question that many members are asked at once: which question, and who is asked, by the index in the asker's ring.
/// The answer repeats it, as any does.
/// </summary>
internal static class MemberRequest
{
    // A ring has at most 10,000 members.
    private const int MemberBits = 14;

    public static long Id(long question, int member) => question << MemberBits | (uint)member;

    public static long Question(long requestId) => requestId >> MemberBits;

    public static int Member(long requestId) => (int)(requestId & ((1 << MemberBits) - 1));
}
