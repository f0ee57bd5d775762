using DynamoActors.Node.Requests;

namespace DynamoActors.Server.Startup;

/// <summary>A node whose actors run. Disposing of it stops them in order and closes its store.</summary>
internal interface IRunningNode : IAsyncDisposable
{
    IStoreNode Node { get; }

    IStoreCare Care { get; }

    /// <summary>Completes, with the reason, when the node has ended or wants to end by itself, because of a failed disk say.</summary>
    Task<string> Ended { get; }

    /// <summary>It has ended because it left the ring, as it was asked to.</summary>
    bool HasLeft { get; }
}
