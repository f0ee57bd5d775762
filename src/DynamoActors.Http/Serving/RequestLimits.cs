namespace DynamoActors.Http.Serving;

/// <summary>What the options of the front end allow a single request.</summary>
internal sealed record RequestLimits(int ValueBytesMax, int KeyBytesMax, long BatchAnswerBytesMax, TimeProvider Time);
