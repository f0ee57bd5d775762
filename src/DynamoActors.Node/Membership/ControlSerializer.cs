using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;
using Hyperion;

namespace DynamoActors.Node.Membership;

/// <summary>
/// What travels between actor systems beside Akka's own messages, and never reaches a disk. It stands in the place of the serializer for
/// any object at all: no other type is ever written, or made out of what arrives.
/// </summary>
/// <remarks>
/// A filter of its own, because Hyperion's two do not do: the one that HOCON's allowed-types makes compares a type with two spellings of
/// its name, and refuses what it was told to allow when that is written; the one that HyperionSerializerSetup takes is not asked.
/// </remarks>
internal sealed class ControlSerializer(ExtendedActorSystem system) : HyperionSerializer(system, new HyperionSerializerSettings(
    preserveObjectReferences: false, versionTolerance: false, typeof(KnownTypes), [], [], disallowUnsafeType: true, new KnownTypesOnly()))
{
    /// <summary>In an order that stays: a known type travels as its place here.</summary>
    private static readonly Type[] _known = [typeof(Introduction)];

    /// <summary>Of its own: by Hyperion's, which it would inherit, what an application sends by Hyperion would come to this.</summary>
    public override int Identifier => 4703;

    public override object FromBinary(byte[] bytes, Type type)
    {
        object read = base.FromBinary(bytes, type);
        // Hyperion makes strings, numbers and the like without asking the filter.
        return _known.Contains(read?.GetType()) ? read! : throw new SerializationException("What came is no message of ours");
    }

    private sealed class KnownTypes : IKnownTypesProvider
    {
        public IEnumerable<Type> GetKnownTypes() => _known;
    }

    private sealed class KnownTypesOnly : ITypeFilter
    {
        /// <param name="typeName">With its assembly, whose version may follow.</param>
        public bool IsAllowed(string typeName) => _known.Any(
            known => string.Join(',', typeName.Split(',').Take(2)) == $"{known.FullName}, {known.Assembly.GetName().Name}");
    }
}
