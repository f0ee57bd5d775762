using Akka.Actor;

namespace Akka.Util;

/// <summary>A plain stand-in for an object that only means something inside one actor system.</summary>
public interface ISurrogate
{
    ISurrogated FromSurrogate(ActorSystem system);
}

/// <summary>An object that crosses the wire as its surrogate.</summary>
public interface ISurrogated
{
    ISurrogate ToSurrogate(ActorSystem system);
}
