using DynamoActors.Node.Requests;

namespace DynamoActors.Server.Startup;

/// <summary>A node whose actors run. Disposing of it stops them in order and closes its store.</summary>
internal interface IRunningNode : IAsyncDisposable
{
    IStoreNode Node { get; }

    /// <summary>Completes when the node has ended by itself, because of a failed disk say; its log tells why.</summary>
    Task Ended { get; }
}
