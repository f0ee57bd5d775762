using System.Globalization;
using System.Text;

namespace DynamoActors.Http.Status;

/// <summary>A line without axes: how a figure went lately.</summary>
internal static class Sparkline
{
    private const double Width = 150;
    private const double Height = 28;

    /// <param name="values">The latest last; null: nothing was measured then.</param>
    /// <param name="inWords">What is said of it where it cannot be seen.</param>
    public static Html Of(IReadOnlyList<double?> values, string inWords)
    {
        var top = Math.Max(values.Max() ?? 0, 1e-9);
        var path = new StringBuilder();
        var isDown = false;
        for (var at = 0; at < values.Count; at++)
        {
            if (values[at] is not { } value)
            {
                isDown = false;
                continue;
            }

            var (x, y) = (Width * at / Math.Max(1, values.Count - 1), Height - 1 - value / top * (Height - 2));
            path.Append(isDown ? 'L' : 'M').Append(CultureInfo.InvariantCulture, $"{x:0.#} {y:0.#}");
            // A single value would be a line of no length.
            if (!isDown) path.Append("h.1");
            isDown = true;
        }

        return Html.Of($"""
            <svg class="spark" viewBox="0 0 150 28" preserveAspectRatio="none" role="img" aria-label="{inWords}">
            <path d="{path.ToString()}"/></svg>
            """);
    }
}
