namespace DynamoActors.Resp.Calls;

/// <summary>Ends a command with an error; nothing more is done for it.</summary>
internal sealed class CommandFailedException(string error) : Exception(error);
