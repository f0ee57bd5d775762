using DynamoActors.Storage.Backup;
using DynamoActors.Storage.Repair;

namespace DynamoActors.Node.Requests;

/// <summary>What operators have a node do, and ask of it, besides serving its store. Any thread may call.</summary>
public interface IStoreCare
{
    /// <summary>The actors that there are, each behind its parent.</summary>
    IReadOnlyList<ActorView> Actors { get; }

    /// <summary>Null: the store is closed at this moment.</summary>
    Checkpoints? Checkpoints { get; }

    /// <summary>How far reading through all tables has come.</summary>
    ScrubState Scrub { get; }

    /// <summary>Reads every block of every table, beside serving: goes on where it was paused, else from the beginning.</summary>
    /// <param name="bytesPerSecond">At most so many.</param>
    ScrubState BeginScrub(long bytesPerSecond);

    ScrubState PauseScrub();

    /// <summary>
    /// Takes the damaged files that were found out of the store, which the node's actors stop for, and starts them again: what was in them
    /// comes from the other owners. Changes nothing where no damage is known.
    /// </summary>
    /// <returns>What was done.</returns>
    Task<IReadOnlyList<Finding>> RepairAsync();
}

/// <param name="Path">In its actor system: <c>/user/node/vnodes</c>.</param>
/// <param name="Type">The name of its class.</param>
/// <param name="Waiting">Messages that wait for it.</param>
public sealed record ActorView(string Path, string Type, int Waiting);

/// <param name="Step">idle: none is under way; reading; paused, also by the node's end; done: in this process.</param>
/// <param name="Tables">That there were when it began; tables that were merged into others meanwhile are not read.</param>
/// <param name="Damaged">Files that were found damaged since the start or the last repair, by this or by requests.</param>
public sealed record ScrubState(
    ScrubStep Step, int Tables, int TablesRead, long BytesRead, DateTimeOffset? Began, DateTimeOffset? Ended,
    IReadOnlyList<string> Damaged);

public enum ScrubStep { Idle, Reading, Paused, Done }
