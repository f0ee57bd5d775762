namespace Akka.Embedded.Remote;

/// <summary>
/// The handle of an actor that messages wait for on the way, as every actor of another node: whoever is about to tell it much can see whether
/// that would still arrive, instead of having it dropped.
/// </summary>
public interface IQueuedRef
{
    /// <summary>Told to it or to others behind the same connection, and not yet handed to the network.</summary>
    long BytesWaiting { get; }
}
