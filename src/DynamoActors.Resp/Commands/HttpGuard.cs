using DynamoActors.Resp.Protocol;

namespace DynamoActors.Resp.Commands;

/// <summary>
/// A browser may be made to send HTTP to this port, and lines of its body would be commands. No client of Redis begins with these words.
/// </summary>
internal static class HttpGuard
{
    public static bool IsHttp(Argument name) => name.Is("post"u8) || name.Is("host:"u8);
}
