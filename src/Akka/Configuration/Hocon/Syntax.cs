namespace Akka.Configuration.Hocon;

/// <summary>A configuration text as written: substitutions still unresolved, overridden values still remembered where they may be referred to.</summary>
internal abstract class Syntax(Origin origin)
{
    public Origin Origin { get; } = origin;

    /// <summary>True where the final value depends on other parts of the configuration.</summary>
    public abstract bool Refers { get; }
}

/// <summary>A piece of text. <see cref="IsBlank"/> marks white space between the parts of a concatenation.</summary>
internal sealed class TextSyntax(Origin origin, string text, bool quoted, bool isBlank = false) : Syntax(origin)
{
    public string Text { get; } = text;
    public bool IsBlank { get; } = isBlank;
    public bool IsNull { get; } = !quoted && text == "null";
    public override bool Refers => false;
}

internal sealed class ArraySyntax(Origin origin, List<Syntax> items) : Syntax(origin)
{
    public List<Syntax> Items { get; } = items;
    public override bool Refers { get; } = items.Exists(item => item.Refers);
}

/// <summary><c>${path}</c> or <c>${?path}</c>. Inside an included file, <paramref name="prefix"/> is the path at which the file was included.</summary>
internal sealed class SubstitutionSyntax(Origin origin, string[] path, bool optional, string[] prefix) : Syntax(origin)
{
    public string[] Path { get; } = path;
    public bool Optional { get; } = optional;
    public string[] Prefix { get; } = prefix;
    public override bool Refers => true;
    public override string ToString() => $"${{{(Optional ? "?" : "")}{HoconPath.Render(Path)}}}";
}

/// <summary>Values written side by side: texts join to a text, arrays to an array, objects to an object.</summary>
internal sealed class ConcatenationSyntax(Origin origin, List<Syntax> parts) : Syntax(origin)
{
    public List<Syntax> Parts { get; } = parts;
    public override bool Refers { get; } = parts.Exists(part => part.Refers);
}

/// <summary>A value that replaces <paramref name="older"/>, but whose meaning needs it: as the object it extends or as the target of its own reference to itself.</summary>
internal sealed class OverridingSyntax(Syntax newer, Syntax older) : Syntax(newer.Origin)
{
    public Syntax Newer { get; } = newer;
    public Syntax Older { get; } = older;
    public override bool Refers => true;
}

internal sealed class ObjectSyntax(Origin origin) : Syntax(origin)
{
    public OrderedDictionary<string, Syntax> Fields { get; } = [];
    public override bool Refers => false;

    public void Put(ReadOnlySpan<string> path, Syntax value)
    {
        for (var i = path.Length - 1; i > 0; i--)
        {
            var parent = new ObjectSyntax(value.Origin);
            parent.Fields[path[i]] = value;
            value = parent;
        }
        Put(path[0], value);
    }

    public void Merge(ObjectSyntax newer)
    {
        foreach (var (key, value) in newer.Fields) Put(key, value);
    }

    private void Put(string key, Syntax value)
    {
        if (!Fields.TryGetValue(key, out var older)) Fields[key] = value;
        else if (value is ObjectSyntax newer && older is ObjectSyntax olderObject) olderObject.Merge(newer);
        else if (value.Refers || value is ObjectSyntax && older.Refers) Fields[key] = new OverridingSyntax(value, older);
        else Fields[key] = value;
    }
}
