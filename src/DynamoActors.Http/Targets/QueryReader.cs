namespace DynamoActors.Http.Targets;

/// <summary>Walks <c>a=1&amp;b=2</c>. Names and values come as they were sent, still percent-encoded.</summary>
internal ref struct QueryReader(ReadOnlySpan<char> query)
{
    private ReadOnlySpan<char> _rest = query;

    public ReadOnlySpan<char> Name { get; private set; }

    /// <summary>Empty where there is no equals sign.</summary>
    public ReadOnlySpan<char> Value { get; private set; }

    /// <summary>Null where there is none.</summary>
    public static string? FirstNameIn(ReadOnlySpan<char> query)
    {
        var reader = new QueryReader(query);
        return reader.MoveNext() ? reader.Name.ToString() : null;
    }

    /// <summary>Takes one parameter out of a query, the first where there are several.</summary>
    /// <param name="rest">Without it.</param>
    public static bool TryTake(ReadOnlySpan<char> query, string name, out ReadOnlySpan<char> value, out ReadOnlySpan<char> rest)
    {
        value = default;
        rest = query;
        var reader = new QueryReader(query);
        while (reader.MoveNext())
        {
            if (!reader.Name.SequenceEqual(name)) continue;
            value = reader.Value;
            query.Overlaps(reader.Name, out var start);
            rest = string.Concat(query[..start], reader._rest);
            return true;
        }

        return false;
    }

    public bool MoveNext()
    {
        while (!_rest.IsEmpty)
        {
            var end = _rest.IndexOf('&');
            var pair = end < 0 ? _rest : _rest[..end];
            _rest = end < 0 ? default : _rest[(end + 1)..];
            if (pair.IsEmpty) continue;
            var equals = pair.IndexOf('=');
            Name = equals < 0 ? pair : pair[..equals];
            Value = equals < 0 ? default : pair[(equals + 1)..];
            return true;
        }

        return false;
    }
}
