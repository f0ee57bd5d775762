namespace DynamoActors.Core.Counters;

/// <summary>An addition to a counter.</summary>
/// <param name="By">Negative to count down; 0 changes nothing.</param>
/// <param name="Key">What the client calls this addition, hashed: a second one of that key is the same one. Null: it has no name.</param>
public readonly record struct CounterAdd(long By, UInt128? Key = null);
