namespace DynamoActors.Http.Status;

/// <summary>The page's frame. What page.js brings up to date has <c>data-live</c>.</summary>
internal static class Page
{
    public static Html Of(Sight sight, KeyForm form, Html found) => Html.Of($"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{sight.Node} · DynamoActors</title>
        <link rel="icon" href="data:,">
        <link rel="stylesheet" href="/page.css">
        <script src="/page.js" defer></script>
        {Html.If(form.IsEmpty, Html.Of($"""<noscript><meta http-equiv="refresh" content="5"></noscript>"""))}
        </head>
        <body>
        <a class="skip" href="#members">To the members</a>
        <header>
        <h1>DynamoActors <span>as <bdi>{sight.Node}</bdi> sees it</span></h1>
        <p id="fresh" role="status">{sight.Now.ToString("yyyy-MM-dd HH:mm:ss")} UTC</p>
        </header>
        <main>
        {Verdicts(Verdict.Of(sight), sight)}
        <form id="look-up" action="/" method="get" role="search">
        <label for="key">Look up a key</label>
        <input id="key" name="key" value="{form.Key}" required autocomplete="off" spellcheck="false" aria-describedby="key-help">
        <label for="bucket">in bucket</label>
        <input id="bucket" name="bucket" value="{form.Bucket}" autocomplete="off" spellcheck="false">
        <button>Look up</button>
        <small id="key-help">%XX stands for a byte, as in %00; % itself is %25.</small>
        </form>
        {found}
        {MemberSections.Members(sight)}
        {MemberSections.Ring(sight)}
        {FigureSections.Load(sight)}
        {FigureSections.Transfers(sight)}
        {FigureSections.Hints(sight)}
        {FigureSections.InSync(sight)}
        {FigureSections.Storage(sight)}
        </main>
        <footer>The same as JSON: <a href="/cluster">/cluster</a> <a href="/ring">/ring</a> <a href="/stats">/stats</a>
        <a href="/stats/load">/stats/load</a> <a href="/cluster/transfers">/cluster/transfers</a> <a href="/cluster/plan">/cluster/plan</a>
        <a href="/openapi.json">/openapi.json</a>; for Prometheus <a href="/metrics">/metrics</a></footer>
        </body>
        </html>
        """);

    /// <param name="id">Unique.</param>
    public static Html Section(string id, string title, Html content) => Html.Of($"""
        <section id="{id}" data-live aria-labelledby="{id}-title"><h2 id="{id}-title">{title}</h2>{content}</section>
        """);

    /// <summary>Wider than the screen it is scrolled by itself, with the keyboard too.</summary>
    public static Html Table(string caption, string[] heads, IEnumerable<Html> rows)
    {
        var all = rows.ToList();
        return all.Count == 0 ? Html.None : Html.Of($"""
            <div class="wide" tabindex="0" role="region" aria-label="{caption}"><table><thead><tr>{heads.Select(head =>
                Html.Of($"""<th scope="col">{head}</th>"""))}</tr></thead><tbody>{all}</tbody></table></div>
            """);
    }

    private static Html Verdicts(IReadOnlyList<Verdict> verdicts, Sight sight) => Html.Of($"""
        <section id="verdict" data-live aria-live="polite" aria-label="In short">{(verdicts.Count > 0
            ? Html.Of($"<ul>{verdicts.Select(Line)}</ul>")
            : Html.Of($"""<p class="well">All is well: {sight.Nodes.Count} nodes, nothing waits, nothing moves.</p>"""))}</section>
        """);

    private static Html Line(Verdict verdict) =>
        Html.Of($"""<li class="{(verdict.IsGrave ? "grave" : "waits")}">{verdict.Text}</li>""");
}
