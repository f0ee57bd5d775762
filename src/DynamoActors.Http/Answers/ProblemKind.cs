namespace DynamoActors.Http.Answers;

/// <summary>One kind of problem, as <c>openapi.json</c> lists it.</summary>
/// <param name="Type">Never changes its meaning.</param>
/// <param name="Statuses">It may come with; the usual one first.</param>
internal sealed record ProblemKind(string Type, string Title, string Description, params int[] Statuses)
{
    /// <param name="status">Null: the usual one.</param>
    public Problem Of(string detail, string? field = null, int? status = null) =>
        new(Type, Title, status ?? Statuses[0], detail) { Field = field };
}
