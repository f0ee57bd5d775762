using System.Buffers.Binary;
using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;

namespace Akka.Serialization;

/// <summary>Texts as UTF-8, whole numbers little-endian.</summary>
internal sealed class PrimitiveSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private const string StringManifest = "S";
    private const string IntManifest = "I";
    private const string LongManifest = "L";

    public static readonly Type[] Types = [typeof(string), typeof(int), typeof(long)];

    public override int Identifier => 17;

    public override string Manifest(object o) => o switch
    {
        string => StringManifest,
        int => IntManifest,
        long => LongManifest,
        _ => throw new NotSupportedException($"{nameof(PrimitiveSerializer)} writes string, int and long, not {o.GetType()}"),
    };

    public override byte[] ToBinary(object obj)
    {
        switch (obj)
        {
            case string text: return Encoding.UTF8.GetBytes(text);
            case int number:
                var four = new byte[sizeof(int)];
                BinaryPrimitives.WriteInt32LittleEndian(four, number);
                return four;
            case long number:
                var eight = new byte[sizeof(long)];
                BinaryPrimitives.WriteInt64LittleEndian(eight, number);
                return eight;
            default: throw new NotSupportedException($"{nameof(PrimitiveSerializer)} writes string, int and long, not {obj.GetType()}");
        }
    }

    public override object FromBinary(byte[] bytes, string manifest) => manifest switch
    {
        StringManifest => Encoding.UTF8.GetString(bytes),
        IntManifest when bytes.Length == sizeof(int) => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        LongManifest when bytes.Length == sizeof(long) => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        IntManifest or LongManifest => throw new SerializationException($"a number with manifest {manifest} came with {bytes.Length} bytes"),
        _ => throw new SerializationException($"{nameof(PrimitiveSerializer)} knows no manifest \"{manifest}\": S, I and L are its own"),
    };
}
