using System.Globalization;
using System.Text;
using DynamoActors.Core.Versioning;

namespace DynamoActors.Core.Counters;

/// <summary>
/// A counter to which all sides of a partition add, and which loses nothing. Each writer (a vnode, while it drops nothing) has one version
/// of the object, its share: the total of what it has added. An addition is made by one writer alone, in its vnode, and replaces
/// that writer's share by its next, under a new dot; shares of others stay beside it as siblings. So replicas merge as for any object, the
/// newest share of each writer is left, and the counter is their sum: a PN-counter.
/// </summary>
/// <remarks>
/// A named addition that two writers have made, because its client did not hear from the first, is counted once: the share of the least
/// writer counts it. The other takes it back with its own next addition. A name is remembered for <see cref="RememberedFor"/>, until after
/// that all owners have agreed, and for as long as another share has it too, as far as the writer knows: however long a partition lasts,
/// whoever counted the name meanwhile is met by one who knows it. Only for want of room the oldest go when their time alone is over.
/// A deletion supersedes the shares that it saw. What a writer adds at the same moment without having seen it brings back all of that
/// writer's share: nothing acknowledged is lost, at the price of a deletion that did not take.
/// </remarks>
public static class Counter
{
    /// <summary>Of the versions; clients are shown the number, as text.</summary>
    public const string ContentType = "application/vnd.dynamo.counter-share";

    private static readonly List<(ulong Writer, CounterShare Share)> _none = [];

    /// <summary>How long a second addition of the same name is known to be the same one.</summary>
    public static readonly TimeSpan RememberedFor = TimeSpan.FromMinutes(10);

    /// <summary>Of one writer; while it has so many whose time is not over, another is refused rather than one forgotten.</summary>
    public const int NamedMax = 1024;

    /// <summary>Of the number, as clients are shown it.</summary>
    public const string TextType = "text/plain";

    /// <summary>The number; false where it is no counter, but values, or deleted.</summary>
    public static bool TryValue(VersionedObject counter, out Int128 value)
    {
        value = 0;
        if (!TryShares(counter, out var shares) || shares.Count == 0) return false;
        value = Sum(shares);
        return true;
    }

    /// <summary>The number in decimal digits, as ASCII; false where it is no counter.</summary>
    public static bool TryText(VersionedObject counter, out byte[] text)
    {
        var isCounter = TryValue(counter, out var value);
        text = isCounter ? Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture)) : [];
        return isCounter;
    }

    /// <summary>The writer's next share; null, and why, where nothing may be added.</summary>
    /// <param name="counter">Everything that this replica knows.</param>
    /// <param name="writer">The actor of the dot that the share gets.</param>
    /// <param name="agreedUnixMilliseconds">What any owner had counted by then is known here.</param>
    public static CounterShare? Added(
        VersionedObject? counter, ulong writer, CounterAdd add, long nowUnixMilliseconds, long agreedUnixMilliseconds,
        out CounterRefusal refusal)
    {
        refusal = default;
        if (!TryShares(counter, out var shares))
        {
            refusal = CounterRefusal.NoCounter;
            return null;
        }
        var own = shares.Find(share => share.Writer == writer).Share ?? CounterShare.Empty;
        var agreed = Math.Min(nowUnixMilliseconds, agreedUnixMilliseconds);
        if (add.Key is { } key && Find(shares, key) is { } before)
        {
            if (before.By != add.By) refusal = CounterRefusal.OtherAmount;
            // As it is, under a dot of its own: what the first one wrote may be nowhere but here, and travels with it.
            return before.By == add.By ? Tidied(own, writer, shares, agreed) : null;
        }
        var sum = Sum(shares) + add.By;
        if (sum < long.MinValue || sum > long.MaxValue)
        {
            refusal = CounterRefusal.Overflow;
            return null;
        }
        var tidied = Tidied(own, writer, shares, agreed);
        if (add.Key is not { } name) return tidied with { Total = tidied.Total + add.By };
        if (tidied.Named.Length >= NamedMax) tidied = Tidied(own, writer, shares, nowUnixMilliseconds, NamedMax - 1);
        if (tidied.Named.Length >= NamedMax)
        {
            refusal = CounterRefusal.TooManyNames;
            return null;
        }
        return new CounterShare(tidied.Total + add.By, tidied.Named.Add(new NamedAdd(name, add.By, nowUnixMilliseconds)));
    }

    /// <summary>What the writer's next version supersedes: its share, and nothing of anybody else.</summary>
    public static VersionVector SupersededBy(VersionedObject? counter, ulong writer)
    {
        if (counter is null) return VersionVector.Empty;
        foreach (var sibling in counter.Siblings)
            if (sibling.Dot.Actor == writer && !sibling.IsTombstone)
                return VersionVector.Of(sibling.Dot);
        return VersionVector.Empty;
    }

    /// <summary>Without what a lesser writer counts, and without the oldest names that nobody else has and whose time was over by
    /// then.</summary>
    /// <param name="enough">So many names may stay.</param>
    private static CounterShare Tidied(
        CounterShare own, ulong writer, List<(ulong Writer, CounterShare Share)> shares, long then, int enough = 0)
    {
        var (total, left) = (own.Total, own.Named.Length);
        var kept = own.Named.RemoveAll(named =>
        {
            var (isLesser, isOther) = (false, false);
            foreach (var (other, share) in shares)
            {
                if (other == writer || !Has(share, named.Key)) continue;
                isOther = true;
                isLesser |= other < writer;
            }
            if (isLesser) total -= named.By;
            var goes = isLesser || left > enough && !isOther && named.AtUnixMilliseconds + (long)RememberedFor.TotalMilliseconds < then;
            if (goes) left--;
            return goes;
        });
        return new CounterShare(total, kept);
    }

    private static Int128 Sum(List<(ulong Writer, CounterShare Share)> shares)
    {
        Int128 sum = 0;
        // Ascending by writer, so that the first to have a name is the least.
        HashSet<UInt128>? names = null;
        foreach (var (_, share) in shares)
        {
            sum += share.Total;
            foreach (var named in share.Named)
                if (shares.Count > 1 && !(names ??= []).Add(named.Key))
                    sum -= named.By;
        }
        return sum;
    }

    private static NamedAdd? Find(List<(ulong Writer, CounterShare Share)> shares, UInt128 key)
    {
        foreach (var (_, share) in shares)
            foreach (var named in share.Named)
                if (named.Key == key)
                    return named;
        return null;
    }

    private static bool Has(CounterShare share, UInt128 key)
    {
        foreach (var named in share.Named)
            if (named.Key == key)
                return true;
        return false;
    }

    /// <summary>Ascending by writer, as the siblings are. False: there is a value among them.</summary>
    private static bool TryShares(VersionedObject? counter, out List<(ulong Writer, CounterShare Share)> shares)
    {
        shares = _none;
        if (counter is null) return true;
        foreach (var sibling in counter.Siblings)
        {
            if (sibling.IsTombstone) continue;
            if (sibling.ContentType != ContentType || CounterShare.Decode(sibling.Value.Span) is not { } share) return false;
            // Values, which are read far more often, cost no list.
            if (shares == _none) shares = [];
            shares.Add((sibling.Dot.Actor, share));
        }
        return true;
    }
}

/// <summary>Why nothing was added.</summary>
public enum CounterRefusal
{
    None,

    /// <summary>The key has a value that is no counter, of before the bucket's policy was set.</summary>
    NoCounter,

    /// <summary>The sum would not fit in a signed number of 64 bits.</summary>
    Overflow,

    /// <summary>An addition of that name was by another amount.</summary>
    OtherAmount,

    /// <summary>So many named additions are remembered that another could not be.</summary>
    TooManyNames,
}
