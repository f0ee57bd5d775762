using System.Globalization;
using System.Text;

namespace DynamoActors.Benchmarks;

/// <summary>What was looked at each second, as SVG: a field for each measure, a line for each node, an upright one where a round
/// begins.</summary>
internal static class SoakPicture
{
    private const int Width = 900, FieldHeight = 150, Left = 70, Top = 30, Gap = 45;

    private static readonly string[] Colours = ["#1f77b4", "#2ca02c", "#d62728"];

    public static string Of(
        (string Name, string Unit, Func<ProcessFigures, double> Of)[] measures, List<ProcessFigures?[]> samples, int round)
    {
        var height = Top + measures.Length * (FieldHeight + Gap);
        var svg = new StringBuilder(Text($"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Left + Width + 20} {height}" font-family="sans-serif" font-size="12">
            <rect width="100%" height="100%" fill="white"/>

            """));
        for (var index = 0; index < measures.Length; index++)
        {
            var (name, unit, of) = measures[index];
            var top = Top + index * (FieldHeight + Gap);
            var most = samples.SelectMany(sample => sample.OfType<ProcessFigures>()).Select(of).DefaultIfEmpty(1).Max() * 1.1;
            svg.Append(Text($"""<text x="{Left}" y="{top - 8}" font-weight="bold">{name}{(unit.Length > 0 ? $" ({unit})" : "")}</text>"""));
            for (var part = 0; part <= 4; part++)
            {
                var y = top + FieldHeight - part * FieldHeight / 4;
                svg.Append(Text($"""<path d="M{Left} {y}h{Width}" stroke="#ddd"/><text x="{Left - 6}" y="{y + 4}" text-anchor="end">"""));
                svg.Append(Text($"{most * part / 4:N0}</text>"));
            }

            for (var second = 0; second < samples.Count; second += round)
                svg.Append(Text(
                    $"""<path d="M{X(second, samples.Count):0.#} {top}v{FieldHeight}" stroke="#bbb" stroke-dasharray="3 3"/>"""));
            for (var node = 0; node < samples[0].Length; node++)
                svg.Append(Text($"""<path d="{Line(node)}" fill="none" stroke="{Colours[node]}"/>""")).Append('\n');

            string Line(int node)
            {
                var path = new StringBuilder();
                var isDown = true;
                // A point for each column is all that can be seen.
                for (var second = 0; second < samples.Count; second += Math.Max(1, samples.Count / Width))
                {
                    if (samples[second][node] is { } figures)
                        path.Append(Text(
                            $"{(isDown ? 'M' : 'L')}{X(second, samples.Count):0.#} {top + FieldHeight * (1 - of(figures) / most):0.#}"));
                    isDown = samples[second][node] is null;
                }

                return path.ToString();
            }
        }

        svg.Append(Text($"""<text x="{Left}" y="{height - 12}">{samples.Count / 60.0:0.#} minutes, rounds of {round} s: """));
        svg.Append("load, overload, a kill;");
        for (var node = 0; node < samples[0].Length; node++) svg.Append(Text($"""<tspan fill="{Colours[node]}"> node{node + 1}</tspan>"""));
        return svg.Append("</text></svg>\n").ToString();
    }

    private static double X(int second, int seconds) => Left + (double)second / seconds * Width;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
