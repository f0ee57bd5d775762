using Akka.Actor;

namespace Akka.Serialization;

public class Serialization(ExtendedActorSystem system)
{
    public ExtendedActorSystem System { get; } = system;

    public static string SerializedActorPath(IActorRef actorRef) => actorRef.Path.ToSerializationFormat();
}
