using DynamoActors.Core.Quorum;
using DynamoActors.Simulation.Histories;

namespace DynamoActors.Simulation.Workloads;

/// <summary>Every request asks for another quorum.</summary>
internal sealed class Presets(int keys) : Workload("preset", keys)
{
    private static readonly QuorumOverrides[] _all =
    [
        new(Consistency: Consistency.Fast), new(Consistency: Consistency.Quorum), new(Consistency: Consistency.Strong),
        new(R: QuorumSetting.One, W: QuorumSetting.All), new(R: QuorumSetting.All, W: QuorumSetting.One),
            new(Pr: QuorumSetting.Of(2), Pw: QuorumSetting.Of(2)),
    ];

    public override void Next(SimulatedClient client, Action then)
    {
        var key = AnyKey(client);
        var quorum = _all[client.Random.Next(_all.Length)];
        client.Get(key, quorum, read =>
        {
            var context = client.Random.Next(2) == 0 ? null : read.Read?.Context;
            if (read.State == OperationState.Done) client.Put(key, context, NewValue(client), quorum, _ => then());
            else then();
        });
    }
}
