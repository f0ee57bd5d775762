using DynamoActors.Core.Versioning;
using DynamoActors.Node.Requests;

namespace DynamoActors.Node.Coordination;

/// <summary>
/// Reads the current versions, checks the condition, and only then writes, superseding exactly what it read; where it read nothing, that is
/// nothing, not "whatever is there". The check is made once, ahead of the write: of two writers that pass it at the same moment both
/// succeed, and their versions stay as siblings.
/// </summary>
internal sealed class ConditionalPut(CoordinationServices services, PutObject put) : GetCoordination(services, put)
{
    protected override Coordination Again() => new ConditionalPut(Services, put) { Deadline = Deadline };

    protected override void OnRead(VersionedObject? current)
    {
        if (!put.Conditions.IsUnmodified(current) || !put.Conditions.IsNoMatch(current)) Finish(new ConditionFailed(current));
        else
        {
            var superseded = put.Context ?? current?.Context ?? VersionVector.Empty;
            ContinueWith(new PutCoordination(Services, put, superseded) { Deadline = Deadline });
        }
    }
}
