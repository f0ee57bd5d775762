using DynamoActors.Http.Answers;

namespace DynamoActors.Http.Serving;

/// <summary>There was no room for a body, or no turn to read it, in all of its request's time.</summary>
internal sealed class BodiesOverBudgetException(Problem answer) : Exception
{
    public Problem Answer => answer;
}
