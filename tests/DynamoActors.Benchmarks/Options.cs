using System.Globalization;

namespace DynamoActors.Benchmarks;

/// <summary>What a measurement is told on its command line.</summary>
internal static class Options
{
    public static int Number(string[] options, string name, int otherwise) => Array.IndexOf(options, name) is >= 0 and var at
        ? int.Parse(options[at + 1], CultureInfo.InvariantCulture) : otherwise;

    public static string Text(string[] options, string name, string otherwise) =>
        Array.IndexOf(options, name) is >= 0 and var at ? options[at + 1] : otherwise;
}
