using System.Collections.Concurrent;
using DynamoActors.Links;
using DynamoActors.Node.Messages;
using Google.Protobuf;

namespace DynamoActors.Node.Membership;

/// <summary>Says who this node is, and judges who others say they are; called by the threads of all links.</summary>
internal sealed class Greeter(Greeting own) : IGreeter
{
    private const string NameTakenStart = "The name ";
    private const string HoldsRing = " holds a ring of cluster ";
    private const string ItselfRefusal = "It is this node itself.";

    private readonly ConcurrentDictionary<string, Greeting> _met = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ulong> _up = new(StringComparer.Ordinal);
    private Greeting _own = own;

    /// <summary>What this node says of itself at present.</summary>
    public Greeting Own
    {
        get => Volatile.Read(ref _own);
        set => Volatile.Write(ref _own, value);
    }

    /// <summary>Told of everybody who is turned away, with the reason.</summary>
    public Action<string> TurnedAway { get; set; } = static _ => { };

    /// <summary>Told that somebody was greeted for the first time, or from another address than before.</summary>
    public Action Greeted { get; set; } = static () => { };

    /// <summary>Where those who were greeted take links, whether or not they are up.</summary>
    public IEnumerable<string> Addresses => _met.Values.Select(met => met.Links);

    /// <summary>What that incarnation said of itself; null where it was never met.</summary>
    public Greeting? Met(Peer peer) => _met.TryGetValue(peer.Name, out var met) && met.Incarnation == peer.Incarnation ? met : null;

    public void Up(Peer peer) => _up[peer.Name] = peer.Incarnation;

    public void Down(Peer peer) => _up.TryRemove(KeyValuePair.Create(peer.Name, peer.Incarnation));

    /// <summary>Whether a refusal says that another living node has this one's name.</summary>
    public static bool IsNameTaken(string refusal) => refusal.StartsWith(NameTakenStart, StringComparison.Ordinal);

    /// <summary>Whether a refusal says that the two hold rings of different clusters.</summary>
    public static bool IsOtherCluster(string refusal) => refusal.Contains(HoldsRing, StringComparison.Ordinal);

    /// <summary>Whether a refusal says that this node has met itself.</summary>
    public static bool IsItself(string refusal) => refusal == ItselfRefusal;

    ReadOnlyMemory<byte> IGreeter.Greeting() => MemberCodec.Encode(Own);

    GreetingVerdict IGreeter.Judge(ReadOnlyMemory<byte> bytes)
    {
        Greeting greeting;
        try
        {
            greeting = MemberCodec.Decode(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            return GreetingVerdict.Refuse("its greeting cannot be read");
        }
        if (Fault(greeting, Own) is { } fault)
        {
            if (greeting.Incarnation != Own.Incarnation) TurnedAway(fault);
            return GreetingVerdict.Refuse(fault);
        }
        bool isElsewhere = !_met.TryGetValue(greeting.Name, out var before) || before.Links != greeting.Links;
        _met[greeting.Name] = greeting;
        if (isElsewhere) Greeted();
        return GreetingVerdict.Accept(new Peer(greeting.Name, greeting.Incarnation));
    }

    /// <summary>Why the two do not talk; null: they do. The sentence is for the people of both.</summary>
    private string? Fault(Greeting theirs, Greeting ours)
    {
        if (theirs.Name == ours.Name && theirs.Incarnation == ours.Incarnation) return ItselfRefusal;
        // Of two of one name the one that nobody has met yet came later, whichever asks.
        if (theirs.Name == ours.Name) return _up.IsEmpty ? NameTaken(theirs, ours) : NameTaken(ours, theirs);
        if (_up.TryGetValue(theirs.Name, out ulong living) && living != theirs.Incarnation && _met.TryGetValue(theirs.Name, out var met)
            && met.Links != theirs.Links)
            return NameTaken(met, theirs);
        if (theirs.Cluster != 0 && ours.Cluster != 0 && theirs.Cluster != ours.Cluster)
            return $"{theirs.Name} ({theirs.Links}){HoldsRing}{theirs.Cluster:x16}, {ours.Name} ({ours.Links}) one of "
                + $"cluster {ours.Cluster:x16}: one of them was started on the data directory of another cluster. Nothing was exchanged; "
                + "start it on its own directory (--data), or on an empty one";
        return Unlike("partitions", theirs, ours, theirs.Partitions, ours.Partitions)
            ?? Unlike("replicas", theirs, ours, theirs.Replicas, ours.Replicas);
    }

    private static string NameTaken(Greeting living, Greeting newcomer) =>
        $"{NameTakenStart}{newcomer.Name} belongs to the node at {living.Links}, which is running; the one at {newcomer.Links} came "
        + "later. Start that one with a name and a data directory of its own (--name, --data), or stop the other first";

    private static string? Unlike(string what, Greeting theirs, Greeting ours, int their, int our) => their == our ? null
        : $"{theirs.Name} ({theirs.Links}) has dynamo.ring.{what} = {their}, {ours.Name} ({ours.Links}) {our}: they cannot share a "
        + "ring. Correct the one that is wrong";
}
