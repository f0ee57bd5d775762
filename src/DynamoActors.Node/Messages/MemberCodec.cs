using Google.Protobuf;

namespace DynamoActors.Node.Messages;

/// <summary>What members say of themselves, in the forms of dynamo.proto.</summary>
internal static class MemberCodec
{
    public static byte[] Encode(Greeting greeting) => new Proto.Greeting
    {
        Cluster = greeting.Cluster,
        Name = greeting.Name,
        Directory = greeting.Directory,
        Incarnation = greeting.Incarnation,
        Remote = greeting.Remote,
        Links = greeting.Links,
        Http = greeting.Http,
        Zone = greeting.Zone,
        Weight = greeting.Weight,
        Coordinators = (uint)greeting.Coordinators,
        Partitions = (uint)greeting.Partitions,
        Replicas = (uint)greeting.Replicas,
        Epoch = greeting.Epoch,
        TakesPlace = greeting.TakesPlace,
    }.ToByteArray();

    /// <exception cref="InvalidProtocolBufferException">It is no greeting.</exception>
    public static Greeting Decode(ReadOnlyMemory<byte> bytes)
    {
        var it = Proto.Greeting.Parser.ParseFrom(bytes.Span);
        return new Greeting(
            it.Cluster, it.Name, it.Directory, it.Incarnation, it.Remote, it.Links, it.Http, it.Zone, it.Weight, (int)it.Coordinators,
                (int)it.Partitions,
            (int)it.Replicas, it.Epoch, it.TakesPlace);
    }

    public static Proto.AskIdentity To(AskIdentity ask) => new() { Actor = ask.Actor };

    public static AskIdentity From(Proto.AskIdentity ask) => new(ask.Actor);

    public static Proto.IdentityTold To(IdentityTold told) => new()
    {
        Actor = told.Actor,
        Seen = told.Seen,
        Own = told.Own,
        Newest = told.Newest,
    };

    public static IdentityTold From(Proto.IdentityTold told) => new(told.Actor, told.Seen, told.Own, told.Newest);

    public static Proto.MemberState To(MemberState state) =>
        new()
        {
            IsInCluster = state.IsInCluster,
            Members = (uint)state.Members,
            First = state.First,
            Epoch = state.Epoch,
            IsStopping = state.IsStopping,
            HasHints = state.HasHints,
            WasRemoved = state.WasRemoved,
            Uid = state.Uid,
            CountsYou = state.CountsYou,
            Former = (uint)state.Former,
            Together = (uint)state.Together,
        };

    public static MemberState From(Proto.MemberState state) =>
        new(state.IsInCluster, (int)state.Members, state.First, state.Epoch, state.IsStopping, state.HasHints, state.WasRemoved, state.Uid,
            state.CountsYou)
        {
            Former = (FormerLife)state.Former,
            Together = (int)state.Together,
        };
}
