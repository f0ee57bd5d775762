using DynamoActors.Core.Versioning;
using DynamoActors.Node.Requests;

namespace DynamoActors.Node.Coordination;

/// <summary>
/// Reads the current versions, checks the condition, and only then writes, superseding exactly what it read. The check is made once, ahead
/// of the write: of two writers that pass it at the same moment both succeed, and their versions stay as siblings.
/// </summary>
internal sealed class ConditionalPut(CoordinationServices services, PutObject put) : GetCoordination(services, put)
{
    protected override void OnRead(VersionedObject? current)
    {
        var known = current is null || current.IsDeleted ? null : current;
        if (Holds(known)) ContinueWith(new PutCoordination(Services, put, put.Context ?? current?.Context) { Deadline = Deadline });
        else Finish(new ConditionFailed(current));
    }

    private bool Holds(VersionedObject? current) =>
        (put.IfMatch is not { } match || current is not null && Names(match, current))
        && (put.IfNoneMatch is not { } noneMatch || current is null || !Names(noneMatch, current));

    private static bool Names(IReadOnlyList<string> tags, VersionedObject current) =>
        tags.Contains("*") || tags.Contains(current.EntityTag);
}
