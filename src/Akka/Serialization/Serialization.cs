using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;

namespace Akka.Serialization;

/// <summary>
/// The serializers of one actor system: its own, and those configured under <c>akka.actor.serializers</c>,
/// <c>serialization-bindings</c> and <c>serialization-identifiers</c>. Nothing is read back by a type name found on the wire: an unknown
/// serializer or manifest is refused.
/// </summary>
public class Serialization
{
    [ThreadStatic]
    private static Information? _transport;

    private readonly SerializerBindings _bindings = new();
    private readonly Dictionary<string, Serializer> _byAlias = [];
    // Copied when written: read for every message that arrives.
    private volatile Dictionary<int, Serializer> _byId = [];

    public Serialization(ExtendedActorSystem system)
    {
        System = system;
        AddBuiltIn("bytes", new ByteArraySerializer(system), typeof(byte[]));
        AddBuiltIn("primitive", new PrimitiveSerializer(system), PrimitiveSerializer.Types);
        AddBuiltIn("engine", new EngineMessageSerializer(system, this), EngineMessageSerializer.Types);
        ReadConfig(system.Settings.Config);
    }

    public ExtendedActorSystem System { get; }

    public void AddSerializer(string name, Serializer serializer)
    {
        AddSerializer(serializer);
        _byAlias[name] = serializer;
    }

    public void AddSerializer(Serializer serializer)
    {
        lock (_byAlias)
        {
            if (_byId.TryGetValue(serializer.Identifier, out var other) && other.GetType() != serializer.GetType())
                throw new ConfigurationException($"the serializers {other.GetType().FullName} and {serializer.GetType().FullName} both have the "
                    + $"identifier {serializer.Identifier}: give one of them another number under akka.actor.serialization-identifiers");
            _byId = new Dictionary<int, Serializer>(_byId) { [serializer.Identifier] = serializer };
        }
    }

    public void AddSerializationMap(Type type, Serializer serializer) => _bindings.Bind(type, serializer);

    public Serializer FindSerializerFor(object obj, string defaultSerializerName = null!) => FindSerializerForType(obj.GetType(), defaultSerializerName);

    /// <exception cref="SerializationException">No serializer is bound to the type or to anything it is; the message says what to bind.</exception>
    public Serializer FindSerializerForType(Type objectType, string defaultSerializerName = null!)
    {
        if (defaultSerializerName is null) return _bindings.Find(objectType);
        try
        {
            return _bindings.Find(objectType);
        }
        catch (SerializationException) when (_byAlias.ContainsKey(defaultSerializerName))
        {
            return _byAlias[defaultSerializerName];
        }
    }

    public byte[] Serialize(object o) => FindSerializerFor(o).ToBinary(o);

    /// <exception cref="SerializationException">The serializer or the manifest is unknown, or the bytes are not what they should be.</exception>
    public object Deserialize(byte[] bytes, int serializerId, string manifest) => Deserialize(FindSerializerById(serializerId, manifest), bytes, manifest);

    public static string ManifestFor(Serializer s, object msg) => s switch
    {
        SerializerWithStringManifest named => named.Manifest(msg),
        { IncludeManifest: true } => SerializerBindings.NameOf(msg.GetType()),
        _ => "",
    };

    /// <summary>The path of <paramref name="actorRef"/> as another system can use it.</summary>
    public static string SerializedActorPath(IActorRef actorRef)
    {
        if (actorRef is null || actorRef.Equals(ActorRefs.NoSender)) return "";
        var address = _transport?.Address ?? (actorRef as IInternalActorRef)?.Provider.DefaultAddress;
        return address is null ? actorRef.Path.ToSerializationFormat() : actorRef.Path.ToSerializationFormatWithAddress(address);
    }

    public static T WithTransport<T>(ActorSystem system, Address address, Func<T> action)
    {
        var outer = EnterTransport(new Information(address, system));
        try
        {
            return action();
        }
        finally
        {
            LeaveTransport(outer);
        }
    }

    internal static Information? EnterTransport(Information information)
    {
        var outer = _transport;
        _transport = information;
        return outer;
    }

    internal static void LeaveTransport(Information? outer) => _transport = outer;

    internal Serializer FindSerializerById(int serializerId, string manifest) =>
        _byId.TryGetValue(serializerId, out var serializer) ? serializer : throw new SerializationException(
            $"no serializer has the identifier {serializerId} (manifest \"{manifest}\"): configure the one that the sender uses under akka.actor.serializers");

    internal object Deserialize(Serializer serializer, byte[] bytes, string manifest)
    {
        if (serializer is SerializerWithStringManifest named) return named.FromBinary(bytes, manifest);
        if (!serializer.IncludeManifest) return serializer.FromBinary(bytes, null!);
        var type = _bindings.FindBoundType(manifest, serializer) ?? throw new SerializationException(
            $"the type \"{manifest}\" is not bound to {serializer.GetType().Name} (identifier {serializer.Identifier}): bind it under akka.actor.serialization-bindings");
        return serializer.FromBinary(bytes, type);
    }

    private void AddBuiltIn(string alias, Serializer serializer, params Type[] types)
    {
        AddSerializer(alias, serializer);
        foreach (var type in types) AddSerializationMap(type, serializer);
    }

    private void ReadConfig(Config config)
    {
        foreach (var (alias, name) in Entries(config, "akka.actor.serializers"))
        {
            var type = TypeNamed(name, $"akka.actor.serializers.{alias}");
            if (!typeof(Serializer).IsAssignableFrom(type)) throw new ConfigurationException($"akka.actor.serializers.{alias}: {name} is no Serializer");
            AddSerializer(alias, (Serializer)Activator.CreateInstance(type, System)!);
        }
        foreach (var (name, alias) in Entries(config, "akka.actor.serialization-bindings"))
        {
            if (!_byAlias.TryGetValue(alias, out var serializer))
                throw new ConfigurationException($"akka.actor.serialization-bindings.\"{name}\" names the serializer {alias}, which akka.actor.serializers does not have");
            AddSerializationMap(TypeNamed(name, "akka.actor.serialization-bindings"), serializer);
        }
    }

    private static IEnumerable<(string Key, string Value)> Entries(Config config, string path) =>
        config.GetConfig(path)?.AsEnumerable().Select(entry => (entry.Key, entry.Value.GetString())) ?? [];

    private static Type TypeNamed(string name, string setting) => Type.GetType(name) ?? throw new ConfigurationException(
        $"{setting}: there is no type {name}; write it as \"Namespace.Type, Assembly\" and check that the assembly is there");
}
