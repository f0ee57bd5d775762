using DynamoActors.Http.Answers;
using DynamoActors.Http.Problems;
using DynamoActors.Http.Targets;
using DynamoActors.Node.Requests;

namespace DynamoActors.Http.Listing;

/// <summary>The query of a listing: <c>prefix</c>, <c>limit</c>, <c>cursor</c>, <c>timeout</c>.</summary>
internal sealed class KeysQuery(Parameter[] known, int keyBytesMax) : QueryParameters(Parameter.NamesOf(known))
{
    private string? _cursor;

    public byte[] Prefix { get; private set; } = [];

    public int Limit { get; private set; } = 1000;

    /// <summary>A cursor is one of this bucket and prefix, which may come behind it. Empty where there is none.</summary>
    public Problem? TryReadAfter(string bucket, out byte[] after)
    {
        after = [];
        return _cursor == null || KeysCursor.TryParse(_cursor, bucket, Prefix, keyBytesMax, out after) ? null
            : RequestProblems.BadParameter("cursor", _cursor, "a cursor of an earlier page of the same bucket and prefix: send it back "
                + "unchanged, or leave it out to begin again");
    }

    protected override Problem? TakeEncoded(string name, ReadOnlySpan<char> encoded)
    {
        if (name != "prefix") return base.TakeEncoded(name, encoded);
        // Any bytes, as a key is.
        if (!PercentEncoding.TryDecode(encoded, out var prefix, out var position))
            return RequestProblems.BrokenEncoding("prefix", position);
        if (prefix.Length > keyBytesMax) return RequestProblems.KeyTooLong(prefix.Length, keyBytesMax) with { Field = "prefix" };
        Prefix = prefix;
        return null;
    }

    protected override Problem? Take(string name, string value)
    {
        if (name == "cursor") _cursor = value;
        else if (WholeNumber.TryParse(value, ListKeys.LimitMax, out var limit)) Limit = (int)limit;
        else return RequestProblems.BadParameter("limit", value, $"a number from 1 to {ListKeys.LimitMax}");
        return null;
    }
}
