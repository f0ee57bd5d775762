using Akka.Actor;
using Akka.Configuration;

namespace Akka.Serialization;

/// <summary>Looks up the number of a serializer that does not state it in code.</summary>
public static class SerializerIdentifierHelper
{
    private const string Path = "akka.actor.serialization-identifiers";

    /// <exception cref="ConfigurationException">No number is configured for <paramref name="type"/>.</exception>
    public static int GetSerializerIdentifierFromConfig(Type type, ExtendedActorSystem system)
    {
        foreach (var name in new[] { $"{type.FullName}, {type.Assembly.GetName().Name}", type.FullName!, type.AssemblyQualifiedName! })
        {
            var key = $"{Path}.\"{name}\"";
            if (system.Settings.Config.HasPath(key)) return system.Settings.Config.GetInt(key);
        }
        throw new ConfigurationException(
            $"the serializer {type.FullName} has no identifier: set {Path}.\"{type.FullName}, {type.Assembly.GetName().Name}\" to a number above 40, or override Identifier");
    }
}
