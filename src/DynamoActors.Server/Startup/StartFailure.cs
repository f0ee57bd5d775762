namespace DynamoActors.Server.Startup;

/// <summary>
/// The process cannot start as it was asked to; the message says what happened, to what, and what to do. Shown without a stack.
/// </summary>
internal sealed class StartFailure(string message, int exitCode = ExitCodes.CannotStart) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
