using DynamoActors.Core.Versioning;
using DynamoActors.Simulation.Histories;

namespace DynamoActors.Simulation.Workloads;

/// <summary>Writes a key that nobody wrote before and deletes it soon: its deletion is left alone until it is old enough to be dropped, but
/// for a few that are written again.</summary>
internal sealed class WriteAndDelete() : Workload(KeyPrefix, 0)
{
    private const string KeyPrefix = "gone";
    private const int KeysMost = 150;

    private readonly List<(ObjectKey Key, VersionVector? Context)> _deleted = [];

    public override void Next(SimulatedClient client, Action then)
    {
        if (_deleted.Count > 0 && (_deleted.Count >= KeysMost || client.Random.Next(8) == 0))
        {
            var (old, context) = _deleted[client.Random.Next(_deleted.Count)];
            client.Put(old, context, NewValue(client), Majority, _ => then());
            return;
        }
        var key = new ObjectKey(Buckets.Siblings, $"{KeyPrefix}{client.NextOperation}");
        client.Put(key, VersionVector.Empty, NewValue(client), Majority, written =>
        {
            var context = written.State == OperationState.Done ? written.Stored.Context : null;
            client.Delete(key, context, Majority, _ =>
            {
                _deleted.Add((key, client.Random.Next(2) == 0 ? context : null));
                then();
            });
        });
    }
}
