using Akka.Embedded.Simulation;
using DynamoActors.Core.Versioning;
using DynamoActors.Simulation.Histories;
using DynamoActors.Simulation.World;

namespace DynamoActors.Simulation.Checkers;

/// <summary>
/// A version's expiry is the moment that came with its write, in every store for ever; and a node that is asked when its own clock is past that moment does
/// not show the version, nor does it once it has told that the version is gone, wherever its clock jumps while it runs. Nodes whose clocks differ may
/// differ by as much.
/// </summary>
internal sealed class ExpiredStaysExpired : Checker
{
    private readonly Dictionary<(SimulatedProcess Process, Dot Dot), TimeSpan> _toldGone = [];

    public override int Number => 6;

    public override string Invariant => "What has expired stays expired";

    public override void Appended(SimulatedNode node, VersionedObject held)
    {
        foreach (var sibling in held.Siblings)
        {
            if (sibling.IsTombstone || History.Find(Payload.OperationOf(sibling)) is not { } write) continue;
            if (sibling.ExpiresAtUnixMilliseconds != write.ExpiresAt)
                Fail(write.Key, $"{node.Name} stores {sibling.Dot} of write #{write.Id} as expiring at {Time(sibling.ExpiresAtUnixMilliseconds)}, not at {Time(write.ExpiresAt)}");
        }
    }

    public override void Completed(Operation operation)
    {
        if (operation.Read is not { } read || operation.Process is not { } process) return;
        foreach (var sibling in read.Siblings)
        {
            if (sibling.IsTombstone)
            {
                _toldGone.TryAdd((process, sibling.Dot), Run.Now);
                continue;
            }
            if (sibling.ExpiresAtUnixMilliseconds is not { } expiry) continue;
            if (expiry <= operation.ClockAtNode)
                Fail(operation.Key, $"{operation.Node} was asked at {Time(operation.ClockAtNode)} of its clock and shows {sibling.Dot}, which expired at {Time(expiry)}");
            else if (_toldGone.TryGetValue((process, sibling.Dot), out var told) && told <= operation.Invoked)
                Fail(operation.Key, $"{operation.Node} shows {sibling.Dot}, of which it told at {told} that it was gone");
        }
    }

    private static string Time(long? unixMilliseconds) => unixMilliseconds?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "no time";
}
