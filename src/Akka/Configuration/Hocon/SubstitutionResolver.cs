using System.Text;

namespace Akka.Configuration.Hocon;

/// <summary>
/// Turns a configuration text as written into values: finds what each substitution stands for in the whole text, then in the
/// environment, and joins concatenations. A value that refers to itself means the value it overrides.
/// </summary>
internal sealed class SubstitutionResolver(ObjectSyntax root, Func<string, string?> environment)
{
    /// <summary>
    /// Values and characters that one value may have: far more than anybody writes, and little enough to be copied. A few lines that each repeat
    /// the one before would otherwise fill any memory.
    /// </summary>
    private const int SizeMax = 4_000_000;

    private const int DepthMax = 1000;

    private readonly Dictionary<Syntax, HoconValue?> _resolved = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<Syntax> _inProgress = new(ReferenceEqualityComparer.Instance);

    public HoconValue Resolve() => ResolveObject(root);

    private HoconValue? Resolve(Syntax syntax)
    {
        if (_resolved.TryGetValue(syntax, out var known)) return known;
        // A bound instead of an exhausted stack, which no caller could catch.
        if (_inProgress.Count == DepthMax) throw syntax.Origin.Error($"substitutions refer to one another more than {DepthMax} deep");
        _inProgress.Add(syntax);
        var value = syntax switch
        {
            TextSyntax text => text.IsNull ? HoconValue.Null(text.Origin) : HoconValue.Of(text.Text, text.Origin),
            ObjectSyntax @object => ResolveObject(@object),
            ArraySyntax array => HoconValue.Of(array.Items.Select(Resolve).OfType<HoconValue>().ToList(), array.Origin),
            SubstitutionSyntax substitution => ResolveSubstitution(substitution),
            ConcatenationSyntax concatenation => ResolveConcatenation(concatenation),
            OverridingSyntax overriding => ResolveOverriding(overriding),
            _ => throw new InvalidOperationException($"no rule resolves {syntax.GetType()}"),
        };
        _inProgress.Remove(syntax);
        RequireBounded(value?.Size ?? 0, syntax);
        return _resolved[syntax] = value;
    }

    private HoconValue ResolveObject(ObjectSyntax syntax)
    {
        var fields = new HoconObject();
        foreach (var (key, field) in syntax.Fields)
            if (Resolve(field) is { } value) fields.Items[key] = value;
        return HoconValue.Of(fields, syntax.Origin);
    }

    private HoconValue? ResolveOverriding(OverridingSyntax syntax)
    {
        var newer = Resolve(syntax.Newer);
        if (newer is null) return Resolve(syntax.Older);
        return newer.IsObject() ? HoconValue.Merge(newer, Resolve(syntax.Older)) : newer;
    }

    private HoconValue? ResolveSubstitution(SubstitutionSyntax substitution)
    {
        string[] relative = [.. substitution.Prefix, .. substitution.Path];
        var value = Find(relative, substitution);
        if (value is null && substitution.Prefix.Length > 0) value = Find(substitution.Path, substitution);
        if (value is not null) return value;
        var variable = environment(string.Join('.', substitution.Path));
        if (variable is not null) return HoconValue.Of(variable, substitution.Origin);
        if (substitution.Optional) return null;
        throw substitution.Origin.Error(
            $"{substitution} refers to nothing: set {HoconPath.Render(substitution.Path)} in the configuration or the environment, "
            + $"or write ${{?{HoconPath.Render(substitution.Path)}}} if it may be absent");
    }

    private HoconValue? Find(ReadOnlySpan<string> path, SubstitutionSyntax asker, Syntax? from = null)
    {
        var at = from ?? root;
        for (; path.Length > 0 && at is ObjectSyntax parent; path = path[1..])
            if (!parent.Fields.TryGetValue(path[0], out at)) return null;
        // A field of a value that is being put together may come from the part that needs nothing else.
        if (path.Length > 0 && at is OverridingSyntax { Newer: ObjectSyntax newer } && _inProgress.Contains(at)
            && Find(path, asker, newer) is { } found) return found;
        return StepOutOfCycle(at, asker) is { } target ? Resolve(target)?.Find(path) : null;
    }

    /// <summary>What <paramref name="target"/> means to a reference inside it: the value it overrides, or nothing.</summary>
    private Syntax? StepOutOfCycle(Syntax target, SubstitutionSyntax asker)
    {
        while (_inProgress.Contains(target))
        {
            if (target is OverridingSyntax overriding) target = overriding.Older;
            else if (asker.Optional || target == asker || target is ConcatenationSyntax) return null;
            else throw asker.Origin.Error($"{asker} refers to itself in a circle: break the circle by giving one of the values directly");
        }
        return target;
    }

    private HoconValue? ResolveConcatenation(ConcatenationSyntax syntax)
    {
        var blanksOnly = true;
        var parts = new List<(HoconValue Value, bool IsBlank)>();
        foreach (var part in syntax.Parts)
        {
            if (Resolve(part) is not { } value) continue;
            var isBlank = part is TextSyntax { IsBlank: true };
            blanksOnly &= isBlank;
            parts.Add((value, isBlank));
        }
        if (blanksOnly) return null;
        RequireBounded(parts.Sum(part => part.Value.Size), syntax);
        var solid = parts.Where(part => !part.IsBlank).Select(part => part.Value).ToList();
        if (solid.TrueForAll(value => value.IsObject())) return solid.Aggregate((older, newer) => HoconValue.Merge(newer, older));
        if (solid.TrueForAll(value => value.IsArray()))
            return HoconValue.Of(solid.SelectMany(value => value.GetArray()).ToList(), syntax.Origin);
        if (solid.TrueForAll(value => value.IsText)) return HoconValue.Of(Join(parts), syntax.Origin);
        throw syntax.Origin.Error("values of different kinds stand side by side: only texts, only arrays or only objects can be joined");
    }

    private static void RequireBounded(long size, Syntax syntax)
    {
        if (size > SizeMax)
            throw syntax.Origin.Error($"with all substitutions filled in, this has more than {SizeMax} values and characters: refer to less");
    }

    private static string Join(List<(HoconValue Value, bool IsBlank)> parts)
    {
        var text = new StringBuilder();
        foreach (var (value, _) in parts) text.Append(value.IsNull ? "null" : value.Text);
        return text.ToString();
    }
}
