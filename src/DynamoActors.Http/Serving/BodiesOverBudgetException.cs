namespace DynamoActors.Http.Serving;

/// <summary>There was no room for a body in all of its request's time.</summary>
internal sealed class BodiesOverBudgetException : Exception;
