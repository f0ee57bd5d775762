using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;
using Google.Protobuf;

namespace DynamoActors.Node.Membership;

/// <summary>
/// What travels between actor systems beside Akka's own messages. It stands in the place of the serializer for any object at all: no other
/// type is ever written, or made out of what arrives.
/// </summary>
internal sealed class ControlSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private const string IntroductionManifest = "introduction";

    public override int Identifier => 4706;

    public override string Manifest(object o) => o is Introduction ? IntroductionManifest : throw Refused(o.GetType().ToString());

    public override byte[] ToBinary(object obj) => obj is Introduction introduction
        ? new Messages.Proto.Introduction { Links = introduction.Links, IsAnswer = introduction.IsAnswer }.ToByteArray()
        : throw Refused(obj.GetType().ToString());

    public override object FromBinary(byte[] bytes, string manifest)
    {
        if (manifest != IntroductionManifest) throw Refused($"'{manifest}'");
        var introduction = Messages.Proto.Introduction.Parser.ParseFrom(bytes);
        return new Introduction(introduction.Links, introduction.IsAnswer);
    }

    private static SerializationException Refused(string what) => new($"{what} does not travel between actor systems");
}
