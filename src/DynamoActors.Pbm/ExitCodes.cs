namespace DynamoActors.Pbm;

/// <summary>What a script can rely on. 0: done, and all is well.</summary>
internal static class ExitCodes
{
    /// <summary>Asked and answered, but the answer is no: absent, not ready, slower than before.</summary>
    public const int No = 1;

    /// <summary>The command line cannot be understood, or an argument cannot be used.</summary>
    public const int Usage = 2;

    /// <summary>No node was found where one was looked for.</summary>
    public const int NoNode = 3;

    /// <summary>A node answered that it cannot, or will not.</summary>
    public const int Refused = 4;

    /// <summary>A key has several versions side by side.</summary>
    public const int Siblings = 5;
}

/// <summary>The command ends here. The message says what happened, to what, and what to do.</summary>
internal sealed class PbmException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
