namespace DynamoActors.Simulation.Sabotages;

internal static class AllSabotages
{
    public static IReadOnlyList<Sabotage> List { get; } = [];

    /// <exception cref="FormatException">There is none of that name.</exception>
    public static Sabotage Named(string name) => name == Sabotage.None.Name ? Sabotage.None
        : List.FirstOrDefault(sabotage => sabotage.Name == name)
        ?? throw new FormatException($"There is no sabotage '{name}'; there are: {string.Join(", ", List.Select(sabotage => sabotage.Name))}, all.");
}
