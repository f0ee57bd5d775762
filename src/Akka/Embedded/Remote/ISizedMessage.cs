namespace Akka.Embedded.Remote;

/// <summary>A message that knows about how many bytes it takes before it is serialised, so that <see cref="IQueuedRef.BytesWaiting"/> is right at once.</summary>
public interface ISizedMessage
{
    int Bytes { get; }
}
