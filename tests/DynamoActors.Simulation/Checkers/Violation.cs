using DynamoActors.Simulation.Histories;

namespace DynamoActors.Simulation.Checkers;

/// <summary>Something that must always be true was not.</summary>
internal sealed record Violation(int Number, string Invariant, ObjectKey? Key, string What, TimeSpan At);
