using System.Runtime.Serialization;
using DynamoActors.Core.Ring;
using Kind = DynamoActors.Node.Messages.Proto.RingChange.Types.Kind;

namespace DynamoActors.Node.Messages;

/// <summary>What is staged for the ring, in the forms of dynamo.proto.</summary>
internal static class RingChangeCodec
{
    public static Proto.StagedChanges To(StagedChanges staged) =>
        new() { Version = staged.Version, Changes = { staged.Changes.Select(To) } };

    public static StagedChanges From(Proto.StagedChanges staged) => new(staged.Version, [.. staged.Changes.Select(From)]);

    private static Proto.RingChange To(RingChange change) => change switch
    {
        RingChange.Join join => With(join.Member, new() { Kind = Kind.Join, Name = join.Name }),
        RingChange.Leave leave => new() { Kind = Kind.Leave, Name = leave.Name },
        RingChange.Replace replace => With(replace.Member,
            new() { Kind = Kind.Replace, Name = replace.Name, IsLost = replace.IsLost, DataLoss = replace.DataLoss }),
        RingChange.ForceRemove remove => new() { Kind = Kind.ForceRemove, Name = remove.Name, DataLoss = remove.DataLoss },
        RingChange.Describe describe => new()
        {
            Kind = Kind.Describe,
            Name = describe.Name,
            Weight = describe.Weight ?? 0,
            HasZone = describe.Zone is not null,
            Zone = describe.Zone ?? "",
        },
        _ => throw new ArgumentException($"{change} has no form to be sent in.", nameof(change)),
    };

    private static RingChange From(Proto.RingChange change) => change.Kind switch
    {
        Kind.Join => new RingChange.Join(MemberOf(change)),
        Kind.Leave => new RingChange.Leave(change.Name),
        Kind.Replace => new RingChange.Replace(change.Name, MemberOf(change), change.IsLost, change.DataLoss),
        Kind.ForceRemove => new RingChange.ForceRemove(change.Name, change.DataLoss),
        Kind.Describe => new RingChange.Describe(change.Name, change.Weight > 0 ? change.Weight : null,
            change.HasZone ? change.Zone : null),
        _ => throw new SerializationException($"A change of the unknown kind {change.Kind} is staged: a newer version has staged it."),
    };

    private static Proto.RingChange With(RingMember member, Proto.RingChange change)
    {
        (change.Member, change.Address, change.Http, change.Zone, change.Weight) =
            (member.Name, member.Address, member.Http, member.Zone, member.Weight);
        return change;
    }

    private static RingMember MemberOf(Proto.RingChange change) =>
        new(change.Member, change.Address, change.Http, change.Zone, change.Weight);
}
