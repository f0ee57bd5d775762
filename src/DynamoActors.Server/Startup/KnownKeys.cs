using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace DynamoActors.Server.Startup;

/// <summary>Finds keys below <c>dynamo</c> that mean nothing: mostly a slip of the pen, whose author believes that something was set.</summary>
internal static class KnownKeys
{
    private const string Section = "dynamo";

    /// <param name="reference">Has every key that there is.</param>
    /// <exception cref="StartFailure">A key is not in <paramref name="reference"/>; the message names the nearest that is.</exception>
    public static void Require(LayeredConfiguration configuration, Config reference)
    {
        var known = reference.Root.GetObject().Items[Section];
        foreach (var text in configuration.Texts)
        {
            if (text.Own.Root.GetObject().Items.TryGetValue(Section, out var value)) Require(text, value, known, known, Section);
        }
    }

    private static void Require(ConfigurationText text, HoconValue value, HoconValue reference, HoconValue all, string path)
    {
        if (!reference.IsObject()) return;
        if (!value.IsObject())
            throw new StartFailure($"{path} is a section, not one value: set its keys, such as {Leaves(reference, path).First()}.{text.Sentence}");
        foreach (var (key, item) in value.GetObject().Items)
        {
            var below = $"{path}.{key}";
            if (!reference.GetObject().Items.TryGetValue(key, out var known))
                throw Unknown(text, Leaves(item, below).FirstOrDefault(below), Leaves(all, Section));
            Require(text, item, known, all, below);
        }
    }

    private static StartFailure Unknown(ConfigurationText text, string key, IEnumerable<string> known) =>
        new($"{key} is no setting. The nearest that is one is {known.MinBy(one => Distance(key, one))}; hocon/reference.conf explains all.{text.Sentence}");

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
