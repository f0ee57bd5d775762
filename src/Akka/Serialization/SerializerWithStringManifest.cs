using Akka.Actor;

namespace Akka.Serialization;

/// <summary>A serializer that names each kind of message by a short text of its own, instead of by a .NET type.</summary>
public abstract class SerializerWithStringManifest : Serializer
{
    protected SerializerWithStringManifest(ExtendedActorSystem system) : base(system)
    {
    }

    public sealed override bool IncludeManifest => true;

    /// <summary>The kind of <paramref name="o"/>: the same text for ever, for old bytes are read by it.</summary>
    public abstract string Manifest(object o);

    /// <exception cref="System.Runtime.Serialization.SerializationException">The manifest is not one of this serializer's.</exception>
    public abstract object FromBinary(byte[] bytes, string manifest);

    public sealed override object FromBinary(byte[] bytes, Type type) =>
        throw new NotSupportedException($"{GetType().Name} reads messages by manifest, not by type {type}: call FromBinary(bytes, manifest)");
}
