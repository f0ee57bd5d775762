namespace DynamoActors.Http.Serving;

/// <summary>What all requests of a front end share.</summary>
/// <param name="Bodies">Memory for what clients send, from the time it has come to the answer.</param>
/// <param name="Answers">Memory for large objects that are read for clients.</param>
/// <param name="Work">How much of large bodies the node works on at once.</param>
/// <param name="Patience">How long a request that names no time itself waits for each of them.</param>
internal sealed record ServingBounds(
    TransferBudget Bodies, TransferBudget Answers, WorkWindow Work, TimeSpan Patience, TimeProvider Time);
