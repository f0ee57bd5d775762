namespace DynamoActors.Resp.Protocol;

/// <summary>What a single command may be. Beyond it the command is passed over and refused; beyond what Redis itself takes the connection
/// is closed.</summary>
/// <param name="ValueBytesMax">Of one argument.</param>
/// <param name="CommandBytesMax">Of all of them together.</param>
internal sealed record CommandLimits(int ValueBytesMax, long CommandBytesMax)
{
    /// <summary>Redis's <c>proto-max-bulk-len</c>: an argument announced as longer is taken for a broken stream.</summary>
    public const long BulkBytesMax = 512L << 20;

    /// <summary>Each costs some bytes before a single one of its own has come.</summary>
    public const int ArgumentsMax = 16 * 1024;

    /// <summary>Of a command that is typed rather than sent as an array.</summary>
    public const int InlineBytesMax = 64 * 1024;

    public static CommandLimits Of(int valueBytesMax) => new(valueBytesMax, Math.Max(valueBytesMax + (64L << 10), 64L << 20));
}
