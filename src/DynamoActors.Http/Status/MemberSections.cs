using DynamoActors.Http.Answers;

namespace DynamoActors.Http.Status;

/// <summary>Who belongs, who sees whom, and who owns what.</summary>
internal static class MemberSections
{
    private static readonly string[] Heads =
        ["node", "reached", "status", "partitions", "zone", "weight", "clock ahead", "HTTP", "up for", "under way"];

    public static Html Members(Sight sight) => Page.Section("members", "Members", Html.Of($"""
        {Page.Table("Members", Heads, sight.Nodes.Select(node => Row(sight, node)))}
        {Html.If(sight.Nodes.Count > 1, Html.Of($"<h3>Who reaches whom</h3>{Reaching(sight)}"))}
        """));

    public static Html Ring(Sight sight) => Page.Section("ring", "Ring", sight.Ring is { } ring
        ? Html.Of($"""
            <div class="pair">{RingPicture.Of(ring, name => sight.Nodes.Any(node => node.Name == name && !node.Member.Reachable))}
            <div><p>Epoch <b data-fact="epoch">{ring.Epoch}</b> · cluster <code>{ring.Cluster}</code> · {ring.Partitions} partitions ×
            {ring.Replicas} · {ring.KeyHash}</p>
            <ul class="legend">{ring.Members.Select((member, index) => Html.Of($"""
                <li><span class="swatch n{index % RingPicture.Colours}"></span> <bdi>{member.Name}</bdi> owns {member.Partitions},
                {FirstOf(ring, member.Name)} of them as the first</li>
                """))}</ul>
            <p class="note">Outermost is each partition's first owner, then the others in order.{OfThePicture(ring)}</p></div></div>
            """)
        : Html.Of($"<p>This node knows no ring yet.</p>"));

    private static string OfThePicture(Ring ring) =>
        (ring.Moving.Any() ? " Marks outside: partitions on their way to a new owner, in its colour." : "")
        + (ring.Partitions > RingPicture.WedgesMax
            ? $" Each of {RingPicture.WedgesMax} wedges stands for several partitions; the first one's owners are shown." : "");

    private static int FirstOf(Ring ring, string name) => ring.Owners.Count(owners => owners.FirstOrDefault() == name);

    private static Html Row(Sight sight, NodeSight node)
    {
        var member = node.Member;
        var isLeader = sight.Nodes.FirstOrDefault(one => one.Name == sight.Node)?.Facts?.Cluster.Leader == node.Name;
        var requests = node.Facts?.Statistics.Requests;
        return Html.Of($"""
            <tr data-node="{member.Name}" class="{(member.Reachable ? "" : "grave")}">
            <th scope="row"><bdi>{member.Name}</bdi>{(isLeader ? " (leader)" : "")}</th>
            <td>{(member.Reachable ? "yes" : "no")}</td><td>{member.Status}</td><td>{member.Partitions}</td><td>{member.Zone}</td>
            <td>{member.Weight:0.##}</td><td>{(member.ClockAhead is { } ahead && member.Name != sight.Node ? Ahead(ahead) : "–")}</td>
            <td>{(member.Http.Length > 0 ? Html.Of($"""<a href="{sight.Scheme}://{member.Http}/">{member.Http}</a>""") : Html.None)}</td>
            <td>{(node.Facts is { } facts ? Figures.Time(facts.Statistics.Uptime) : "–")}</td>
            <td>{(requests is null ? "–" : $"{requests.UnderWay} of {requests.Max}")}</td></tr>
            """);
    }

    private static string Ahead(double seconds) => $"{(seconds < 0 ? "−" : "")}{Figures.Time(Math.Abs(seconds))}";

    private static Html Reaching(Sight sight) => Page.Table(
        "Who reaches whom", ["from \\ to", .. sight.Nodes.Select(node => node.Name)],
        sight.Nodes.Select(from => Html.Of($"""
            <tr><th scope="row"><bdi>{from.Name}</bdi></th>{sight.Nodes.Select(to => from.Name == to.Name ? Html.Of($"<td>·</td>")
                : from.Reaches(to.Name) switch
                {
                    true => Html.Of($"""<td class="well">yes</td>"""),
                    false => Html.Of($"""<td class="grave">no</td>"""),
                    _ => Html.Of($"""<td class="unknown" title="{from.Name} does not say">?</td>"""),
                })}</tr>
            """)));
}
