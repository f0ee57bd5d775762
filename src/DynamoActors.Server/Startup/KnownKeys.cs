using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace DynamoActors.Server.Startup;

/// <summary>
/// Finds keys that mean nothing: mostly a slip of the pen, whose author believes that something was set. Below <c>akka</c> there are more
/// than hocon/reference.conf has; only of those that it has one knows whether they are a section, a list or one value.
/// </summary>
internal static class KnownKeys
{
    private const string Section = "dynamo";
    private const string AkkaSection = "akka";

    /// <param name="reference">Has every key that there is below <c>dynamo</c>.</param>
    /// <exception cref="StartFailure">A key is not in <paramref name="reference"/>; the message names the nearest that is.</exception>
    public static void Require(LayeredConfiguration configuration, Config reference)
    {
        foreach (var text in configuration.Texts)
        {
            foreach (var (section, value) in text.Own.Root.GetObject().Items)
            {
                if (section is not (Section or AkkaSection))
                    throw new StartFailure($"{section} is no section: every setting is below {Section} or {AkkaSection}.{text.Sentence}");
                Require(text, value, reference.Root.GetObject().Items[section], reference, section);
            }
        }
    }

    private static void Require(ConfigurationText text, HoconValue value, HoconValue reference, Config all, string path)
    {
        if (KindOf(value) != KindOf(reference))
            throw new StartFailure(reference.IsObject()
                ? $"{path} is a section, not {KindOf(value)}: set its keys, such as {Leaves(reference, path).First()}.{text.Sentence}"
                : $"{path} is {KindOf(reference)}, not {KindOf(value)}.{text.Sentence}");
        if (!value.IsObject()) return;
        foreach (var (key, item) in value.GetObject().Items)
        {
            var below = $"{path}.{key}";
            if (reference.GetObject().Items.TryGetValue(key, out var known)) Require(text, item, known, all, below);
            else if (!path.StartsWith(AkkaSection, StringComparison.Ordinal))
                throw Unknown(text, Leaves(item, below).FirstOrDefault(below), all);
        }
    }

    private static string KindOf(HoconValue value) =>
        value.IsObject() ? "a section" : value.Values.OfType<HoconArray>().Any() ? "a list" : "a single value";

    private static StartFailure Unknown(ConfigurationText text, string key, Config all)
    {
        var nearest = Leaves(all.Root.GetObject().Items[Section], Section).MinBy(one => Distance(key, one));
        return new StartFailure(
            $"{key} is no setting. The nearest that is one is {nearest}; hocon/reference.conf explains all.{text.Sentence}");
    }

    private static IEnumerable<string> Leaves(HoconValue value, string path) =>
        value.IsObject() ? value.GetObject().Items.SelectMany(item => Leaves(item.Value, $"{path}.{item.Key}")) : [path];

    /// <summary>How many characters must be put in, taken out or replaced (Levenshtein), a row of the table at a time.</summary>
    private static int Distance(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
