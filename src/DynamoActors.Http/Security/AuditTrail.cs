using Microsoft.Extensions.Logging;

namespace DynamoActors.Http.Security;

/// <summary>Who changed what through this node: a line of its log each, and the last of them for <c>/admin/audit</c>.</summary>
internal sealed class AuditTrail(ILogger log, TimeProvider time)
{
    private const int EntriesMax = 1000;

    private readonly Lock _gate = new();
    private readonly Queue<AuditEntry> _entries = new();

    public void Add(string who, string method, string target, int status)
    {
        log.LogInformation("{Who} asked for {Method} {Target}: {Status}", who, method, target, status);
        lock (_gate)
        {
            if (_entries.Count == EntriesMax) _entries.Dequeue();
            _entries.Enqueue(new AuditEntry(time.GetUtcNow(), who, method, target, status));
        }
    }

    /// <summary>The oldest first.</summary>
    public AuditEntry[] Entries
    {
        get
        {
            lock (_gate) return [.. _entries];
        }
    }
}

/// <param name="Who">A token's name and id.</param>
/// <param name="Status">That it was answered with.</param>
internal sealed record AuditEntry(DateTimeOffset At, string Who, string Method, string Target, int Status);
