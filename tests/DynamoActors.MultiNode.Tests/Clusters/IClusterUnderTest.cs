namespace DynamoActors.MultiNode.Tests.Clusters;

/// <summary>Three nodes with their networks and disks, and what can be done to them. Nodes are numbered from 1, as they are named.</summary>
internal interface IClusterUnderTest : IAsyncDisposable
{
    /// <summary>For the test's output: processes in namespaces, or nodes in this process.</summary>
    string Kind { get; }

    /// <summary>Where a node takes HTTP: the same after a restart.</summary>
    string UrlOf(int node);

    /// <summary>The node does nothing any more, and nobody is told: its connections stay open, what is sent to it is kept.</summary>
    void Stop(int node);

    /// <summary>It goes on where it was stopped.</summary>
    void Continue(int node);

    /// <summary>Nothing that <paramref name="from"/> sends arrives at <paramref name="to"/>; what the other sends arrives.</summary>
    void Cut(int from, int to);

    void Mend(int from, int to);

    /// <summary>The node is gone at once, without a word.</summary>
    Task KillAsync(int node);

    /// <summary>The node's data directory, to be changed only while it does not run.</summary>
    string DataOf(int node);

    /// <summary>Starts a node that was killed, as the same node.</summary>
    Task StartAsync(int node);

    /// <summary>Whether any line that it logged, since it was last started at least, contains that.</summary>
    bool HasLogged(int node, string text);

    /// <summary>The last lines that the node logged.</summary>
    string LogOf(int node);
}
