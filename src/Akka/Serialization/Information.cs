using Akka.Actor;

namespace Akka.Serialization;

/// <summary>Under which address of which system actor references are written.</summary>
public sealed record Information(Address Address, ActorSystem System);
