namespace DynamoActors.Http.Serving;

/// <summary>A body of unknown length grew while others held what there is to hold.</summary>
internal sealed class BodiesOverBudgetException : Exception;
