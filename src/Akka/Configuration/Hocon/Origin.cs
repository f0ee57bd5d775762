namespace Akka.Configuration.Hocon;

/// <summary>A configuration text and the name under which errors mention it: a file's path, a resource's name, or "string".</summary>
internal sealed record HoconSource(string Name, string Text);

/// <summary>A place in a configuration text. Line and column are counted only when somebody asks, which is when something is wrong.</summary>
internal readonly record struct Origin(HoconSource? Source, int Offset)
{
    public static readonly Origin None;

    public override string ToString()
    {
        if (Source is null) return "configuration";
        var before = Source.Text.AsSpan(0, Math.Min(Offset, Source.Text.Length));
        var line = before.Count('\n') + 1;
        var column = before.Length - (before.LastIndexOf('\n') + 1) + 1;
        return $"{Source.Name}:{line}:{column}";
    }

    public ConfigurationException Error(string what) => new($"{this}: {what}");
}
