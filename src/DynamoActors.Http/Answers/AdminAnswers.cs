using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace DynamoActors.Http.Answers;

internal sealed record CheckpointAnswer(
    string Node,
    string Id,
    [property: Description("A time of the hybrid clock: the checkpoint was taken after it, and has all that was acknowledged before it. "
        + "Empty where only its files were asked for.")]
    string At,
    [property: Description("Milliseconds that taking it took; 0 where only its files were asked for.")] double Took,
    IEnumerable<CheckpointFileAnswer> Files);

internal sealed record CheckpointFileAnswer(string Name, long Bytes);

internal sealed record ChecksumAnswer([property: Description("CRC-32C of all of the file.")] uint Checksum);

internal sealed record ScrubAnswer(
    string Node,
    [property: AllowedValues("idle", "reading", "paused", "done")] string Step,
    [property: Description("That there were when it began.")] int Tables,
    int TablesRead,
    long BytesRead,
    [property: DataType(DataType.DateTime)] string? Began,
    [property: DataType(DataType.DateTime)] string? Ended,
    [property: Description("Files that were found damaged since the node's start or its last repair, by this or by requests.")]
    IEnumerable<string> Damaged);

internal sealed record LogAnswer(
    string Node,
    [property: Description("The lines, as they were logged, in order.")] IEnumerable<string> Lines,
    [property: Description("Sent back as 'after', the answer has the lines that follow.")] long Next,
    [property: Description("Lines before these were asked for, and are not kept any more; or the node has started since.")] bool Gap);

internal sealed record ActorsAnswer(
    string Node,
    [property: Description("Each behind its parent.")] IEnumerable<ActorAnswer> Actors);

internal sealed record ActorAnswer(
    string Path,
    [property: Description("The name of its class.")] string Type,
    [property: Description("Messages that wait for it.")] int Waiting);

internal sealed record RepairAnswer(string Node, IEnumerable<RepairFinding> Findings);

internal sealed record RepairFinding(
    string File,
    string Damage,
    [property: Description("What was done about it; null: nothing could be.")] string? Done,
    [property: Description("What is missing on this node until the other owners bring it.")] string Lost);
