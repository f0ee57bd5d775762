using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace DynamoActors.Http.Answers;

internal sealed record Plan(
    [property: Description("Of the ring as it is.")] ulong Epoch,
    [property: Description("Partitions that are still on their way to what was committed last.")] int Moving,
    [property: Description("In the order in which it was staged, in words.")] IEnumerable<string> Staged,
    [property: Description("Copies of partitions that would be brought to nodes that do not have them.")] int Moves,
    [property: Description("Empty where nothing is staged.")] IEnumerable<PlanNode> Nodes,
    [property: Description("Null where nothing is staged.")] Safety? Safety);

internal sealed record PlanNode(
    string Name,
    [property: AllowedValues("staying", "joining", "leaving", "lost")] string State,
    string Zone,
    double Weight,
    [property: Description("Partitions that it owns now.")] int Before,
    int Gains,
    int Losses,
    int After);

[Description("Of the partition for which it is least: on how many distinct nodes, and in how many distinct zones, its data is.")]
internal sealed record Safety(Copies Before, Copies During, Copies After);

internal sealed record Copies(int Nodes, int Zones);

internal sealed record Transfers(
    ulong Epoch,
    [property: Description("In the whole ring.")] int PartitionsMoving,
    [property: Description("How far what comes to this node is, as a line with a bar; empty where nothing does.")] string Progress,
    [property: Description("That came to this node.")] long Bytes,
    [property: Description("Those and what is left, by the mean size of the objects that have come.")] long BytesAll,
    [property: Description("Lately.")] double BytesPerSecond,
    [property: Description("What moves may take at present, in each direction.")] long BytesPerSecondMax,
    [property: Description("Null where that cannot be said.")] double? SecondsLeft,
    [property: Description("To this node.")] IEnumerable<TransferShown> ToThisNode);

internal sealed record TransferShown(
    int Partition,
    string From,
    string To,
    [property: Description("Carried so far.")] long Objects,
    long Bytes,
    [property: Description("Those and what is left; null where that is not known yet.")] long? BytesAll,
    [property: Description("Since it began; 0 before.")] double BytesPerSecond,
    [property: Description("Null where that cannot be said.")] double? SecondsLeft,
    [property: AllowedValues("waiting", "moving", "arrived")] string State,
    [property: Description("Why it waits, or had to begin again; null: it did not.")] string? LastError);
