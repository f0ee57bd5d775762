namespace DynamoActors.Storage.Repair;

/// <summary>Something that a start reads and that does not hold what was written to it.</summary>
/// <param name="Path">The damaged file, or the store as a whole.</param>
/// <param name="Damage">What is wrong with it.</param>
/// <param name="Done">What was done about it; null where nothing could be, and the start fails as before.</param>
/// <param name="Lost">What is missing from now on, and who has it.</param>
public sealed record Finding(string Path, string Damage, string? Done, string Lost);

/// <summary>
/// Checks one of the things that a start reads, and mends it or moves it aside. Never deletes. Nobody else uses the files meanwhile. What
/// is sound is not changed, and a check that was cut short may be begun again.
/// </summary>
public interface IChecker
{
    /// <summary>What it looks at, for people.</summary>
    string Subject { get; }

    /// <exception cref="IOException">The disk did not let it.</exception>
    IReadOnlyList<Finding> Run();
}
