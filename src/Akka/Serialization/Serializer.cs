using Akka.Actor;

namespace Akka.Serialization;

/// <summary>Turns messages into bytes and back. One instance serves all threads at once, so it holds no state that changes.</summary>
public abstract class Serializer
{
    protected readonly ExtendedActorSystem system;

    protected Serializer(ExtendedActorSystem system) => this.system = system;

    /// <summary>Names this serializer on the wire and on disk; the same on every node, for ever. 0 to 40 belong to the engine.</summary>
    public virtual int Identifier => SerializerIdentifierHelper.GetSerializerIdentifierFromConfig(GetType(), system);

    /// <summary>Whether the bytes need the message's type beside them to be read.</summary>
    public abstract bool IncludeManifest { get; }

    public abstract byte[] ToBinary(object obj);

    /// <param name="bytes">The message's own array, exactly as long as it is; it may be kept and sliced, it is never reused.</param>
    /// <param name="type">The message's type, where <see cref="IncludeManifest"/> asked for it.</param>
    public abstract object FromBinary(byte[] bytes, Type type);
}
