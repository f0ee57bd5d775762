using System.Diagnostics;

namespace DynamoActors.Node.Tracing;

/// <summary>A replica's work on a write: the vnode's, and within it the wait for the flush, which another actor ends.</summary>
internal sealed class ReplicaSpan : IDisposable
{
    private readonly Activity _work;
    private Activity? _wait;

    private ReplicaSpan(Activity work) => _work = work;

    public static ReplicaSpan? Begin(TraceParent? parent, string name) => parent.Begin(name) is { } work ? new ReplicaSpan(work) : null;

    /// <summary>The write is in memory; whoever flushes tells when it is durable.</summary>
    public ReplicaSpan Waits()
    {
        _wait = _work.AsParent().Begin("flush wait");
        return this;
    }

    /// <summary>Or will not be.</summary>
    public void Durable()
    {
        _wait?.Dispose();
        _work.Dispose();
    }

    /// <summary>The vnode is done with it.</summary>
    public void Dispose()
    {
        if (_wait is null) _work.Dispose();
    }
}
