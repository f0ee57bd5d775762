using DynamoActors.Node.Messages;

namespace DynamoActors.Node.Coordination;

/// <summary>
/// Asks a late replica for any key, to learn whether it answers again. Its id stands for no request, and below zero, where none has its
/// own; it names the member.
/// </summary>
internal static class LatenessProbe
{
    public static ReadReplica For(int member, ulong epoch, byte[] key) => new(-1L - member, slot: 0, epoch, key);

    public static int MemberIn(long requestId) => (int)(-1L - requestId);
}
