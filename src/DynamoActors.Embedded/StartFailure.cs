namespace DynamoActors.Embedded;

/// <summary>
/// The node cannot start as it was asked to; the message says what happened, to what, and what to do. A program shows it without a stack.
/// </summary>
public sealed class StartFailure(string message, int exitCode = 1) : Exception(message)
{
    /// <summary>What the process that runs nothing but the node ends with.</summary>
    public int ExitCode { get; } = exitCode;
}
