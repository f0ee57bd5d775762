using System.Globalization;
using System.Text;
using DynamoActors.Http.Answers;

namespace DynamoActors.Http.Status;

/// <summary>The ring as circles in circles: outermost the first owner of each partition, inward the others; outside, what moves.</summary>
internal static class RingPicture
{
    /// <summary>More wedges than this nobody can tell apart; each then stands for several partitions.</summary>
    public const int WedgesMax = 512;

    /// <summary>As many as page.css has; a colour comes again after so many nodes.</summary>
    public const int Colours = 12;

    private const double Outermost = 96;
    private const double Innermost = 40;
    private const double MovingFrom = 99;
    private const double MovingTo = 107;

    public static Html Of(Ring ring, Func<string, bool> isAway)
    {
        var names = ring.Members.Select(member => member.Name).ToList();
        var owners = ring.Owners.Select(of => of.ToArray()).ToArray();
        var wedges = Math.Min(owners.Length, WedgesMax);
        var paths = new SortedDictionary<(int Place, int Member), StringBuilder>();
        var width = (Outermost - Innermost) / Math.Max(1, owners.Max(of => of.Length));
        for (var wedge = 0; wedge < wedges; wedge++)
        {
            var of = owners[PartitionOf(wedge, wedges, owners.Length)];
            for (var place = 0; place < of.Length; place++)
                Add(PathOf(place, of[place]), wedge, wedges, Outermost - place * width, Outermost - (place + 1) * width + 0.8);
        }

        var moving = ring.Moving.ToDictionary(move => move.Partition, move => move.Next.ToArray());
        for (var wedge = 0; wedge < wedges; wedge++)
        {
            var (first, behind) = (PartitionOf(wedge, wedges, owners.Length), PartitionOf(wedge + 1, wedges, owners.Length));
            for (var partition = first; partition < behind; partition++)
            {
                if (!moving.TryGetValue(partition, out var next)) continue;
                var to = next.FirstOrDefault(name => !owners[partition].Contains(name)) ?? next[0];
                Add(PathOf(-1, to), wedge, wedges, MovingTo, MovingFrom);
                break;
            }
        }

        return Html.Of($"""
            <svg class="ring" viewBox="-110 -110 220 220" role="img" aria-label="{InWords(ring)}">
            {paths.Select(path => Html.Of($"""
                <path class="n{path.Key.Member % Colours}{ClassOf(path.Key.Place, path.Key.Member)}" d="{path.Value.ToString()}"/>
                """))}
            <text y="-3">{ring.Partitions}</text><text class="small" y="13">partitions</text>
            </svg>
            """);

        string ClassOf(int place, int member) => (place < 0 ? " moving" : "") + (isAway(names[member]) ? " away" : "");

        StringBuilder PathOf(int place, string owner)
        {
            var key = (place, Math.Max(0, names.IndexOf(owner)));
            if (!paths.TryGetValue(key, out var path)) paths[key] = path = new StringBuilder();
            return path;
        }
    }

    private static string InWords(Ring ring) =>
        $"The ring: {ring.Partitions} partitions with {ring.Replicas} owners each; "
        + string.Join(", ", ring.Members.Select(member => $"{member.Name} owns {member.Partitions}")) + $"; {ring.Moving.Count()} moving";

    private static int PartitionOf(int wedge, int wedges, int partitions) => (int)((long)wedge * partitions / wedges);

    private static void Add(StringBuilder path, int wedge, int wedges, double outer, double inner)
    {
        var (from, to) = (AngleOf(wedge, wedges), AngleOf(wedge + 1, wedges));
        // An arc of the whole circle would end where it begins, and be none.
        if (wedges == 1) to -= 0.001;
        var isWide = to - from > Math.PI ? 1 : 0;
        path.Append(CultureInfo.InvariantCulture, $"M{At(outer, from)}A{outer:0.#} {outer:0.#} 0 {isWide} 1 {At(outer, to)}")
            .Append(CultureInfo.InvariantCulture, $"L{At(inner, to)}A{inner:0.#} {inner:0.#} 0 {isWide} 0 {At(inner, from)}Z");
    }

    private static double AngleOf(int wedge, int wedges) => 2 * Math.PI * wedge / wedges - Math.PI / 2;

    private static string At(double radius, double angle) =>
        string.Create(CultureInfo.InvariantCulture, $"{radius * Math.Cos(angle):0.##} {radius * Math.Sin(angle):0.##}");
}
