using Akka.Actor;

namespace Akka.Serialization;

/// <summary>Byte arrays as they are, not copied.</summary>
public class ByteArraySerializer : Serializer
{
    public ByteArraySerializer(ExtendedActorSystem system) : base(system)
    {
    }

    public override int Identifier => 4;

    public override bool IncludeManifest => false;

    public override byte[] ToBinary(object obj) => obj as byte[]
        ?? throw new NotSupportedException($"{nameof(ByteArraySerializer)} writes byte arrays, not {obj.GetType()}");

    public override object FromBinary(byte[] bytes, Type type) => bytes;
}
