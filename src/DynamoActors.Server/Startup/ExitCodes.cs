namespace DynamoActors.Server.Startup;

/// <summary>How a process that could not do its work ends; 0 is an orderly stop.</summary>
internal static class ExitCodes
{
    /// <summary>
    /// The command line, the configuration, a port or the data directory cannot be used as they are: starting again will not help.
    /// </summary>
    public const int CannotStart = 1;

    /// <summary>No seed answered in time: starting again later may help.</summary>
    public const int NotJoined = 3;

    /// <summary>Every node of a local cluster has ended.</summary>
    public const int AllNodesEnded = 4;
}
