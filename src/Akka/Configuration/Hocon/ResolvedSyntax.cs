namespace Akka.Configuration.Hocon;

/// <summary>Turns values already resolved back into syntax, so that they can be included in another text.</summary>
internal static class ResolvedSyntax
{
    public static Syntax Of(HoconValue value)
    {
        if (value.IsArray()) return new ArraySyntax(value.Origin, value.GetArray().Select(Of).ToList());
        if (!value.IsObject()) return new TextSyntax(value.Origin, value.Text ?? "null", quoted: !value.IsNull);
        var result = new ObjectSyntax(value.Origin);
        foreach (var (key, field) in value.GetObject().Items) result.Fields[key] = Of(field);
        return result;
    }
}
