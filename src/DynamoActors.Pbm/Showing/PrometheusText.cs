using System.Globalization;

namespace DynamoActors.Pbm.Showing;

/// <summary>A node's <c>/metrics</c>, read.</summary>
internal sealed class PrometheusText
{
    private readonly Dictionary<string, List<(Dictionary<string, string> Labels, double Value)>> _series = [];

    public static PrometheusText Parse(string text)
    {
        var read = new PrometheusText();
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (line.Length == 0 || line[0] == '#') continue;
            var end = line.LastIndexOf(' ');
            var brace = line.IndexOf('{');
            if (end < 0 || !double.TryParse(line[(end + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture, out var value)) continue;
            var name = (brace < 0 ? line[..end] : line[..brace]).ToString();
            var labels = brace < 0 ? [] : LabelsOf(line[(brace + 1)..line.LastIndexOf('}')].ToString());
            if (!read._series.TryGetValue(name, out var series)) read._series[name] = series = [];
            series.Add((labels, value));
        }

        return read;
    }

    public bool Has(string name) => _series.ContainsKey(name);

    /// <summary>Of all series of that name.</summary>
    public double Sum(string name) => _series.GetValueOrDefault(name)?.Sum(one => one.Value) ?? 0;

    public double Sum(string name, string label, Func<string, bool> isMeant) =>
        _series.GetValueOrDefault(name)?.Where(one => isMeant(one.Labels.GetValueOrDefault(label, ""))).Sum(one => one.Value) ?? 0;

    public double Max(string name) => _series.GetValueOrDefault(name)?.Max(one => one.Value) ?? 0;

    /// <summary>Of what a histogram counted since an earlier reading, as Prometheus reads it; not a number where that is nothing.</summary>
    public double Quantile(string histogram, double quantile, PrometheusText? before)
    {
        var bounds = Buckets(histogram);
        var earlier = before?.Buckets(histogram) ?? [];
        (double Bound, double Count)[] counts =
            [.. bounds.Select(bucket => (bucket.Key, bucket.Value - earlier.GetValueOrDefault(bucket.Key)))];
        if (counts.Length == 0 || counts[^1].Count <= 0) return double.NaN;
        var rank = quantile * counts[^1].Count;
        var at = Array.FindIndex(counts, bucket => bucket.Count >= rank);
        var (below, count) = at == 0 ? (0, 0) : counts[at - 1];
        return double.IsInfinity(counts[at].Bound) ? below
            : below + (counts[at].Bound - below) * (rank - count) / (counts[at].Count - count);
    }

    private SortedDictionary<double, double> Buckets(string histogram)
    {
        var sums = new SortedDictionary<double, double>();
        foreach (var (labels, value) in _series.GetValueOrDefault(histogram + "_bucket") ?? [])
        {
            var bound = labels["le"] == "+Inf" ? double.PositiveInfinity : double.Parse(labels["le"], CultureInfo.InvariantCulture);
            sums[bound] = sums.GetValueOrDefault(bound) + value;
        }

        return sums;
    }

    private static Dictionary<string, string> LabelsOf(string text)
    {
        Dictionary<string, string> labels = [];
        for (var at = 0; at < text.Length;)
        {
            var equals = text.IndexOf('=', at);
            if (equals < 0) break;
            var name = text[at..equals].TrimStart(',', ' ');
            var value = new System.Text.StringBuilder();
            for (at = equals + 2; at < text.Length && text[at] != '"'; at++)
            {
                if (text[at] == '\\' && at + 1 < text.Length) at++;
                value.Append(text[at]);
            }

            labels[name] = value.ToString();
            at++;
        }

        return labels;
    }
}
