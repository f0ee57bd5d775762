namespace DynamoActors.Core.Buckets;

/// <summary>What happens to concurrent writes of one key. The numbers are stored.</summary>
public enum ConflictPolicy : byte
{
    /// <summary>All are kept and returned; the application reconciles them.</summary>
    Siblings = 0,

    /// <summary>
    /// The one with the greatest hybrid time is kept, and at equal times the one with the greatest dot. The others are lost.
    /// </summary>
    Lww = 1,

    /// <summary>
    /// The keys are counters: they are added to, and no addition is lost (<see cref="Counters.Counter"/>). Nothing else can be put.
    /// </summary>
    Counter = 2,
}
