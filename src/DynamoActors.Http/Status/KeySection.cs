using System.Text;
using System.Text.Unicode;
using DynamoActors.Core.Buckets;
using DynamoActors.Core.Versioning;
using DynamoActors.Http.Answers;
using DynamoActors.Http.Operations;
using DynamoActors.Node.Requests;

namespace DynamoActors.Http.Status;

/// <summary>One key: what each owner holds of it and why, and its versions side by side.</summary>
internal static class KeySection
{
    private const int ShownBytesMax = 2048;
    private const int ShownAsHexMax = 256;

    public static Html Refused(string reason) => Found("Key", Html.Of($"""<p class="grave">{reason}</p>"""));

    public static Html Of(ExplainKey asked, KeyExplained explained, BucketSettings bucket, DateTimeOffset now)
    {
        var shown = ExplainPage.Of(asked, explained);
        var isLww = bucket.Policy == ConflictPolicy.Lww;
        var versions = explained.Owners.Select(owner => owner.Held).OfType<VersionedObject>()
            .Aggregate((VersionedObject?)null, (all, held) => VersionedObject.Merge(all, held, isLww));
        return Found($"Key {shown.Key} in {shown.Bucket}", Html.Of($"""
            <p id="why">{shown.Why}</p>
            <p>Partition {shown.Partition}, by ring {shown.Epoch}. {InSync(shown, now)}</p>
            {Page.Table("Owners", ["owner", "answer", "holds", "dots", "context"], shown.Owners.Select(Row))}
            {Others(shown, now)}
            {(versions is null ? Html.Of($"<p>No owner that answered holds anything of it.</p>") : Versions(asked, shown, versions, now))}
            """));
    }

    private static string InSync(Explanation shown, DateTimeOffset now) => Figures.Since(shown.InSyncAsOf, now) is { } age
        ? $"All its owners held the same {Figures.Time(Math.Round(age.TotalSeconds))} ago."
        : "Its owners have not all been compared yet.";

    private static Html Found(string title, Html content) => Html.Of($"""
        <section id="found" aria-labelledby="found-title"><h2 id="found-title"><bdi>{title}</bdi></h2>{content}</section>
        """);

    private static Html Row(OwnerExplanation owner) => Html.Of($"""
        <tr data-owner="{owner.Node}" class="{(owner.Answer is "unreachable" or "silent" or "refused" ? "grave" : "")}">
        <th scope="row"><bdi>{owner.Node}</bdi></th><td>{owner.Answer}</td>
        <td>{(owner.Answer == "held" ? InWords(owner.Siblings) : "–")}</td>
        <td>{owner.Siblings.Select(one => Html.Of($"<code>{one.Dot}</code> "))}</td>
        <td><code class="cut" title="{owner.Context}">{owner.Context}</code></td></tr>
        """);

    private static string InWords(IEnumerable<SiblingExplanation> siblings) =>
        string.Join(", ", siblings.Select(one => one.Tombstone ? "a deletion" : Figures.Bytes(one.Bytes)));

    private static Html Others(Explanation shown, DateTimeOffset now)
    {
        var lines = shown.StandIns.Select(one => Html.Of($"<li><bdi>{one.Node}</bdi> takes writes for <bdi>{one.For}</bdi>.</li>"))
            .Concat(shown.Hints.Select(hint => Html.Of(
                $"<li><bdi>{hint.Node}</bdi> keeps a hint for <bdi>{hint.For}</bdi>, for {HintAge(hint, now)}.</li>"))).ToList();
        return Html.If(lines.Count > 0, Html.Of($"<ul>{lines}</ul>"));
    }

    private static string HintAge(HintExplanation hint, DateTimeOffset now) =>
        Figures.Since(hint.KeptAt, now) is { } age ? Figures.Time(Math.Round(age.TotalSeconds)) : "some time";

    private static Html Versions(ExplainKey asked, Explanation shown, VersionedObject versions, DateTimeOffset now) => Html.Of($"""
        <h3>{(versions.Siblings.Length is > 1 and var many ? $"Its {many} versions, none of which supersedes another" : "Its version")}</h3>
        <div class="siblings" data-key="{shown.Key}" data-bucket="{Uri.EscapeDataString(shown.Bucket)}"
            data-context="{asked.TextOf(versions.Context)}">
        {versions.Siblings.Select(one => Card(one, shown, versions.Siblings.Length > 1, now))}
        </div>
        {Html.If(versions.Siblings.Length > 1, Html.Of($"""
            <p class="note">Keeping one writes it again with the context of all that are shown: it supersedes these and nothing else.
            <noscript>The buttons need JavaScript.</noscript></p><p id="resolved" role="status"></p>
            """))}
        """);

    private static Html Card(Sibling sibling, Explanation shown, bool isOneOfSeveral, DateTimeOffset now)
    {
        var dot = sibling.Dot.ToString();
        var holders = shown.Owners.Where(owner => owner.Siblings.Any(one => one.Dot == dot)).Select(owner => owner.Node);
        var contentType = sibling.ContentType ?? ShownSibling.DefaultContentType;
        var isGone = sibling.IsTombstone || sibling.IsExpired(now.ToUnixTimeMilliseconds());
        return Html.Of($"""
            <article data-dot="{dot}"><h4><code>{dot}</code></h4>
            <p>{(sibling.IsTombstone ? "Deletion" : $"{contentType}, {Figures.Bytes(sibling.Value.Length)}")}
            <br>{HttpDate.Of(sibling.Time)}{(sibling.ExpiresAtUnixMilliseconds is null ? "" : isGone ? "; has expired" : "; expires")}
            <br>on {string.Join(", ", holders)}</p>
            {(sibling.IsTombstone ? Html.None : Html.Of($"""<pre tabindex="0" dir="auto">{Preview(sibling.Value.Span)}</pre>"""))}
            {Html.If(isOneOfSeveral, Html.Of($"""
                <button type="button" data-keep="{(isGone ? "deletion" : dot)}" data-expires="{sibling.ExpiresAtUnixMilliseconds ?? 0}"
                    disabled>{(isGone ? "Keep it deleted" : "Keep this one")}</button>
                """))}</article>
            """);
    }

    /// <summary>As text where it is text, else its first bytes in hexadecimal.</summary>
    private static string Preview(ReadOnlySpan<byte> value)
    {
        var head = value[..Math.Min(value.Length, ShownBytesMax)];
        // Not in the middle of a character.
        while (head.Length < value.Length && head.Length > 0 && (value[head.Length] & 0xc0) == 0x80) head = head[..^1];
        var isText = Utf8.IsValid(head) && head.IndexOfAnyInRange((byte)0, (byte)8) < 0 && head.IndexOfAnyInRange((byte)14, (byte)31) < 0;
        if (!isText) head = value[..Math.Min(value.Length, ShownAsHexMax)];
        var shown = isText ? Encoding.UTF8.GetString(head) : Hex(head);
        return head.Length == value.Length ? shown : $"{shown}\n… {Figures.Bytes(value.Length - head.Length)} more";
    }

    private static string Hex(ReadOnlySpan<byte> bytes)
    {
        var lines = new StringBuilder();
        foreach (var row in bytes.ToArray().Chunk(16)) lines.AppendLine(string.Join(' ', row.Select(one => one.ToString("x2"))));
        return lines.ToString().TrimEnd();
    }
}
