namespace DynamoActors.Http.Serving;

/// <summary>A body came so slowly that it had to give way to others.</summary>
internal sealed class BodyTooSlowException : Exception;
