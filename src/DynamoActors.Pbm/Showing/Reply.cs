using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace DynamoActors.Pbm.Showing;

/// <summary>What a command found, for programs and for people.</summary>
internal sealed record Reply(JsonNode? Json, Action<IAnsiConsole> Show, int ExitCode = 0)
{
    /// <summary>On one line.</summary>
    public static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonSerializerOptions _indented =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public void Write(PbmEnvironment environment, bool asJson)
    {
        if (asJson) environment.Out.WriteLine(Json?.ToJsonString(_indented) ?? "null");
        else Show(environment.Console);
    }
}

internal static class Tables
{
    /// <summary>Columns whose names begin with a blank stand to the right.</summary>
    public static Table Of(params string[] columns)
    {
        var table = new Table { Border = TableBorder.None, ShowRowSeparators = false };
        foreach (var column in columns)
        {
            var title = new Text(column.Trim(), new Style(decoration: Decoration.Bold));
            var shown = new TableColumn(title) { NoWrap = true, Padding = new Padding(0, 0, 2, 0) };
            table.AddColumn(column[0] == ' ' ? shown.RightAligned() : shown);
        }

        return table;
    }

    /// <summary>No word of it is broken, however narrow the terminal is: that breaks the lines.</summary>
    public static void WriteTable(this IAnsiConsole console, Table table) => console.Write(new Whole(table));

    public static void Row(this Table table, params string[] cells) =>
        table.AddRow(cells.Select(cell => (IRenderable)new Text(cell)));

    private sealed class Whole(IRenderable table) : IRenderable
    {
        private const int Columns = 1000;

        public Measurement Measure(RenderOptions options, int maxWidth) => table.Measure(options, Math.Max(maxWidth, Columns));

        public IEnumerable<Segment> Render(RenderOptions options, int maxWidth) => table.Render(options, Math.Max(maxWidth, Columns));
    }
}
