using System.Diagnostics.CodeAnalysis;
using DynamoActors.Http.Answers;
using DynamoActors.Http.Problems;

namespace DynamoActors.Http.Targets;

/// <summary>Reads the query of a request that takes these parameters, each at most once.</summary>
internal abstract class QueryParameters(string[] known)
{
    private readonly HashSet<string> _seen = [];

    /// <summary>Null: the node's own.</summary>
    public TimeSpan? Timeout { get; private set; }

    public bool TryRead(ReadOnlySpan<char> query, [NotNullWhen(false)] out Problem? problem)
    {
        problem = null;
        var reader = new QueryReader(query);
        while (problem == null && reader.MoveNext())
        {
            problem = !PercentEncoding.TryDecodeText(reader.Name, out var name, out var position)
                ? RequestProblems.BrokenEncoding("query", position)
                : Array.IndexOf(known, name) < 0 ? RequestProblems.UnknownParameter(name, string.Join(", ", known))
                : !_seen.Add(name) ? RequestProblems.RepeatedParameter(name)
                : TakeEncoded(name, reader.Value);
        }

        return problem == null;
    }

    /// <summary>Where it is not text.</summary>
    protected virtual Problem? TakeEncoded(string name, ReadOnlySpan<char> encoded) =>
        !PercentEncoding.TryDecodeText(encoded, out var value, out var position) ? RequestProblems.BrokenEncoding(name, position)
        : name == "timeout" ? TakeTimeout(value)
        : Take(name, value);

    protected abstract Problem? Take(string name, string value);

    private Problem? TakeTimeout(string value)
    {
        if (!WholeNumber.TryParse(value, Parameter.TimeoutMillisecondsMax, out var milliseconds))
            return RequestProblems.BadParameter("timeout", value, $"a number of milliseconds from 1 to {Parameter.TimeoutMillisecondsMax}");
        Timeout = TimeSpan.FromMilliseconds(milliseconds);
        return null;
    }
}
