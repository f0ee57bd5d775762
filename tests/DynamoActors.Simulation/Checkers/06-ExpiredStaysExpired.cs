using DynamoActors.Core.Versioning;
using DynamoActors.Node.Requests;
using DynamoActors.Simulation.Engine;
using DynamoActors.Simulation.Histories;
using DynamoActors.Simulation.World;

namespace DynamoActors.Simulation.Checkers;

/// <summary>
/// A version's expiry is the write's time to live, or else the bucket's, after the cluster's time as the node that made the version knew
/// it, in every store and hint for ever; and a node that is asked when the cluster's time, as it knows it, is past that moment does not
/// show the version, in a read or in a listing, nor does it once it has told that the version is gone, wherever clocks jump while it runs.
/// </summary>
internal sealed class ExpiredStaysExpired : Checker
{
    private readonly Dictionary<(SimulatedProcess Process, Dot Dot), TimeSpan> _toldGone = [];

    /// <summary>From when they were made.</summary>
    private readonly Dictionary<Dot, long> _expiries = [];

    /// <summary>The same by the number of the write, which may have made more than one version.</summary>
    private readonly Dictionary<int, long> _latestExpiries = [];

    public override int Number => 6;

    public override string Invariant => "What has expired stays expired";

    public override void Appended(SimulatedNode node, VersionedObject held)
    {
        foreach (var sibling in held.Siblings)
        {
            if (WriteOf(sibling) is not { } write) continue;
            // Whoever makes a version stores it before anybody else hears of it.
            if (write.Ttl is { } ttl && _expiries.TryAdd(sibling.Dot, node.ClusterMilliseconds + Math.Max(1, (long)ttl.TotalMilliseconds)))
                _latestExpiries[write.Id] = Math.Max(_latestExpiries.GetValueOrDefault(write.Id), _expiries[sibling.Dot]);
            CheckExpiry(write, sibling, node.Name, "stores");
        }
    }

    public override void Kept(SimulatedNode node, VersionedObject held) => Appended(node, held);

    public override void Completed(Operation operation)
    {
        if (operation.Outcome is KeysListed listed) CheckListed(operation, listed);
        if (operation.Read is not { } read || operation.Process is not { } process) return;
        foreach (var sibling in read.Siblings)
        {
            if (sibling.IsTombstone)
            {
                _toldGone.TryAdd((process, sibling.Dot), Run.Now);
                continue;
            }
            if (WriteOf(sibling) is not { } write) continue;
            CheckExpiry(write, sibling, operation.Node, "shows");
            if (ExpiryOf(sibling.Dot) is not { } expiry) continue;
            if (expiry <= operation.ClockAtNode)
                Fail(operation.Key,
                    $"{operation.Node} was asked at {Time(operation.ClockAtNode)} of its clock and shows {sibling.Dot}, which expired "
                    + $"at {Time(expiry)}");
            else if (_toldGone.TryGetValue((process, sibling.Dot), out var told) && told <= operation.Invoked)
                Fail(operation.Key, $"{operation.Node} shows {sibling.Dot}, of which it told at {told} that it was gone");
        }
    }

    private Operation? WriteOf(Sibling sibling) => sibling.IsTombstone ? null : History.Find(Payload.OperationOf(sibling));

    private long? ExpiryOf(Dot dot) => _expiries.TryGetValue(dot, out long expiry) ? expiry : null;

    private void CheckExpiry(Operation write, Sibling sibling, string node, string does)
    {
        if (ExpiryOf(sibling.Dot) is var expiry && sibling.ExpiresAtUnixMilliseconds != expiry)
            Fail(write.Key,
                $"{node} {does} {sibling.Dot} of write #{write.Id} as expiring at {Time(sibling.ExpiresAtUnixMilliseconds)}, not at "
                + $"{Time(expiry)}");
    }

    private void CheckListed(Operation operation, KeysListed listed)
    {
        foreach (var listedKey in listed.Keys)
        {
            var key = operation.Key with { Name = System.Text.Encoding.UTF8.GetString(listedKey.Span) };
            var last = History.Writes(key).Where(write => write.Kind == OperationKind.Put && write.State != OperationState.NotDone)
                .Select(LatestExpiryOf).DefaultIfEmpty(long.MaxValue).Max();
            if (last <= operation.ClockAtNode)
                Fail(key, $"{operation.Node} was asked at {Time(operation.ClockAtNode)} of its clock and lists the key, whose last "
                    + $"version expired at {Time(last)}");
        }
    }

    /// <summary>The end of time where it has none, or was not made yet.</summary>
    private long LatestExpiryOf(Operation put) =>
        put.Ttl is not null && _latestExpiries.TryGetValue(put.Id, out long latest) ? latest : long.MaxValue;

    private static string Time(long? unixMilliseconds) =>
        unixMilliseconds?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "no time";
}
