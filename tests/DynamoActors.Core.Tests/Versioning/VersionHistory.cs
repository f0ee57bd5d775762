using System.Collections.Immutable;
using DynamoActors.Core.Versioning;

namespace DynamoActors.Core.Tests.Versioning;

/// <summary>
/// Replays a script of numbers over three replicas of one key: writes with an empty, a current or an old context, and merges of one replica
/// into another. Every state that any replica was ever in is kept, beside its model.
/// </summary>
internal sealed class VersionHistory
{
    public const int StepMax = 1000;

    private const int Replicas = 3;

    private readonly (VersionedObject? Object, ModelObject Model)[] _replicas = new (VersionedObject?, ModelObject)[Replicas];
    private readonly ulong[] _counters = new ulong[Replicas];

    private readonly List<(int Replica, VersionedObject Object, ModelObject Model, ulong Counter)> _copies = [];
    private bool _isRestoring;
    private byte _life;

    private VersionHistory() => Array.Fill(_replicas, (null, ModelObject.Nothing));

    public List<Dot> Issued { get; } = [];

    public List<(VersionedObject Object, ModelObject Model)> States { get; } = [];

    public static VersionHistory Of(int[] script, Func<Dot, Sibling>? makeSibling = null)
    {
        var history = new VersionHistory();
        foreach (var step in script)
            history.Run(step, makeSibling ?? Any);
        return history;
    }

    /// <summary>
    /// A history in which replicas are put back to earlier states now and then and write on from there, under dots that they had used
    /// before. Its models do not hold: a vector cannot tell which of the two writes under a dot was seen.
    /// </summary>
    public static VersionHistory WithTwins(int[] script)
    {
        var history = new VersionHistory { _isRestoring = true };
        foreach (var step in script)
        {
            history.Run(step, dot => Any(dot, history._life));
            history.MergeInto(step / 5 % Replicas, step / 15 % Replicas);
        }
        return history;
    }

    /// <summary>A state of the history, picked by any number; null where there is none.</summary>
    public VersionedObject? Pick(int number) => States.Count == 0 ? null : States[number % States.Count].Object;

    public static Sibling Any(Dot dot) => Any(dot, life: 0);

    private static Sibling Any(Dot dot, byte life)
    {
        // Times that do not follow causality: a clock may be broken.
        var time = new HybridTime((dot.Actor * 7919 + dot.Counter * 104729 + (ulong)(life / 2 * 17)) % 13);
        return dot.Counter % 5 == 0
            ? Sibling.Tombstone(dot, time)
            : new Sibling(dot, time, dot.Counter % 2 == 0 ? "text/plain" : "x/own", dot.Counter % 3 == 0 ? 77 : null, false,
                new byte[] { (byte)dot.Counter, life });
    }

    private void Run(int step, Func<Dot, Sibling> makeSibling)
    {
        var (kind, replica, other) = (step % 4, step / 4 % Replicas, step / 12 % Replicas);
        if (_isRestoring && step % 5 == 0 && _copies.Count > 0)
            Restore(_copies[step % _copies.Count]);
        else if (kind == 0)
            MergeInto(replica, other);
        else
            Write(replica, kind, step, makeSibling);
    }

    private void Restore((int Replica, VersionedObject Object, ModelObject Model, ulong Counter) copy)
    {
        _replicas[copy.Replica] = (copy.Object, copy.Model);
        _counters[copy.Replica] = copy.Counter;
        _life++;
    }

    private void MergeInto(int replica, int other)
    {
        if (_replicas[other].Object is null)
            return;
        Keep(replica, VersionedObject.Merge(_replicas[replica].Object, _replicas[other].Object)!,
            _replicas[replica].Model.Merge(_replicas[other].Model));
    }

    private void Write(int replica, int kind, int step, Func<Dot, Sibling> makeSibling)
    {
        var (context, seen) = kind switch
        {
            1 => (VersionVector.Empty, []),
            2 when _replicas[replica].Object is { } current => (current.Context, _replicas[replica].Model.Seen),
            3 when States.Count > 0 => (States[step % States.Count].Object.Context, States[step % States.Count].Model.Seen),
            _ => (VersionVector.Empty, ImmutableHashSet<Dot>.Empty),
        };
        // Counters skip, as they do where an actor writes other keys in between.
        var dot = new Dot((ulong)replica + 1, _counters[replica] += 1 + (_isRestoring ? 0 : (ulong)(step % 3)));
        if (_isRestoring && (context.Covers(dot) || _replicas[replica].Object?.Context.Covers(dot) == true))
            return;
        Issued.Add(dot);
        Keep(replica, VersionedObject.Write(_replicas[replica].Object, context, makeSibling(dot)),
            _replicas[replica].Model.Write(seen, dot));
    }

    private void Keep(int replica, VersionedObject next, ModelObject model)
    {
        _replicas[replica] = (next, model);
        States.Add((next, model));
        _copies.Add((replica, next, model, _counters[replica]));
    }
}
