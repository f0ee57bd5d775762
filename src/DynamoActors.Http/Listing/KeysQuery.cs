using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using DynamoActors.Http.Answers;
using DynamoActors.Http.Problems;
using DynamoActors.Http.Targets;
using DynamoActors.Node.Requests;

namespace DynamoActors.Http.Listing;

/// <summary>The query of a listing: <c>prefix</c>, <c>limit</c>, <c>cursor</c>, <c>timeout</c>.</summary>
internal sealed class KeysQuery(string bucket, int keyBytesMax)
{
    private static readonly string Known = string.Join(", ", Parameter.NamesOf(Parameter.OfListings));

    private readonly HashSet<string> _seen = [];
    private string? _cursor;

    public byte[] Prefix { get; private set; } = [];

    public byte[] After { get; private set; } = [];

    public int Limit { get; private set; } = 1000;

    public TimeSpan? Timeout { get; private set; }

    public bool TryRead(ReadOnlySpan<char> query, [NotNullWhen(false)] out Problem? problem)
    {
        problem = null;
        var reader = new QueryReader(query);
        while (problem == null && reader.MoveNext()) problem = Take(reader.Name, reader.Value);
        // A cursor is one of this bucket and prefix, and the prefix may come behind it.
        problem ??= _cursor == null ? null : ReadCursor(_cursor);
        return problem == null;
    }

    private Problem? Take(ReadOnlySpan<char> encodedName, ReadOnlySpan<char> encodedValue)
    {
        if (!PercentEncoding.TryDecodeText(encodedName, out var name, out var position))
            return RequestProblems.BrokenEncoding("query", position);
        if (!_seen.Add(name)) return RequestProblems.RepeatedParameter(name);
        if (name == "prefix") return TakePrefix(encodedValue);
        if (!PercentEncoding.TryDecodeText(encodedValue, out var value, out position))
            return RequestProblems.BrokenEncoding(name, position);
        return name switch
        {
            "limit" => TakeLimit(value),
            "cursor" => TakeCursor(value),
            "timeout" => TakeTimeout(value),
            _ => RequestProblems.UnknownParameter(name, Known),
        };
    }

    /// <summary>Any bytes, as a key is.</summary>
    private Problem? TakePrefix(ReadOnlySpan<char> encoded)
    {
        if (!PercentEncoding.TryDecode(encoded, out var prefix, out var position))
            return RequestProblems.BrokenEncoding("prefix", position);
        if (prefix.Length > keyBytesMax) return RequestProblems.KeyTooLong(prefix.Length, keyBytesMax) with { Field = "prefix" };
        Prefix = prefix;
        return null;
    }

    private Problem? TakeLimit(string value)
    {
        if (!TryParseNumber(value, ListKeys.LimitMax, out var limit))
            return RequestProblems.BadParameter("limit", value, $"a number from 1 to {ListKeys.LimitMax}");
        Limit = limit;
        return null;
    }

    private Problem? TakeCursor(string value)
    {
        _cursor = value;
        return null;
    }

    private Problem? ReadCursor(string value)
    {
        if (!KeysCursor.TryParse(value, bucket, Prefix, keyBytesMax, out var after))
            return RequestProblems.BadParameter("cursor", value, "a cursor of an earlier page of the same bucket and prefix: send it "
                + "back unchanged, or leave it out to begin again");
        After = after;
        return null;
    }

    private Problem? TakeTimeout(string value)
    {
        if (!TryParseNumber(value, Parameter.TimeoutMillisecondsMax, out var milliseconds))
            return RequestProblems.BadParameter("timeout", value, $"a number of milliseconds from 1 to {Parameter.TimeoutMillisecondsMax}");
        Timeout = TimeSpan.FromMilliseconds(milliseconds);
        return null;
    }

    private static bool TryParseNumber(string value, int max, out int number) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= 1 && number <= max;
}
