using System.Collections.Concurrent;
using System.Runtime.Serialization;

namespace Akka.Serialization;

/// <summary>Which serializer writes which type: the binding of the type itself, else of the most derived type or interface it is.</summary>
internal sealed class SerializerBindings
{
    private readonly ConcurrentDictionary<Type, Serializer> _bound = new();
    private readonly ConcurrentDictionary<Type, Serializer> _found = new();

    public void Bind(Type type, Serializer serializer)
    {
        _bound[type] = serializer;
        _found.Clear();
    }

    /// <summary>The type bound to <paramref name="serializer"/> under this name. Types that nobody bound are never loaded by name.</summary>
    public Type? FindBoundType(string name, Serializer serializer)
    {
        foreach (var (type, bound) in _bound)
            if (bound == serializer && NameOf(type) == name) return type;
        return null;
    }

    public Serializer Find(Type type) => _found.TryGetValue(type, out var serializer) ? serializer : _found[type] = Search(type);

    public static string NameOf(Type type) => $"{type.FullName}, {type.Assembly.GetName().Name}";

    private Serializer Search(Type type)
    {
        Type? best = null;
        foreach (var candidate in _bound.Keys)
            if (candidate.IsAssignableFrom(type) && (best is null || IsMoreSpecific(candidate, best))) best = candidate;
        return best is not null ? _bound[best] : throw new SerializationException(
            $"no serializer is bound to {type.FullName}: add \"{NameOf(type)}\" = <alias> under akka.actor.serialization-bindings, "
            + "with the alias of one of akka.actor.serializers");
    }

    private static bool IsMoreSpecific(Type candidate, Type best) => best.IsAssignableFrom(candidate)
        // Of two unrelated interfaces the choice must not depend on the order of a hash table.
        || !candidate.IsAssignableFrom(best) && string.CompareOrdinal(candidate.FullName, best.FullName) < 0;
}
