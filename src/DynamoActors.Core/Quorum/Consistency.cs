namespace DynamoActors.Core.Quorum;

/// <summary>Presets for those who do not want to choose r and w.</summary>
public enum Consistency
{
    /// <summary>
    /// The nearest replica answers, the first durable one acknowledges: r = w = 1. A read may miss an acknowledged write.
    /// </summary>
    Fast,

    /// <summary>A majority reads and writes; stand-ins count while owners are unreachable.</summary>
    Quorum,

    /// <summary>A majority of owners reads and writes, no stand-ins: unavailable where a majority of them is.</summary>
    Strong,
}
