namespace DynamoActors.Core.Quorum;

/// <summary>
/// What a request itself asks for. What is null comes from <paramref name="Consistency"/>, and where that is null too from the bucket.
/// </summary>
/// <param name="N">Only the first so many owners take part.</param>
/// <param name="R">Answers to a read, stand-ins included.</param>
/// <param name="W">Acknowledgements of a write, stand-ins included.</param>
/// <param name="Pr">Answers to a read that must come from owners.</param>
/// <param name="Pw">Acknowledgements of a write that must come from owners.</param>
/// <param name="Dw">Durable acknowledgements. Every acknowledgement here is durable, so this is a second lower bound beside w.</param>
public sealed record QuorumOverrides(
    int? N = null,
    QuorumSetting? R = null,
    QuorumSetting? W = null,
    QuorumSetting? Pr = null,
    QuorumSetting? Pw = null,
    QuorumSetting? Dw = null,
    Consistency? Consistency = null)
{
    public static readonly QuorumOverrides None = new();
}
