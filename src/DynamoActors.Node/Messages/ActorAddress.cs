namespace DynamoActors.Node.Messages;

/// <summary>Which actor of a node is meant: what it does in the upper byte, which of them in the others.</summary>
internal readonly record struct ActorAddress(uint Value)
{
    private const int RoleShift = 24;
    private const uint IndexMask = 0xFF_FFFF;

    public static readonly ActorAddress None = default;
    public static readonly ActorAddress Inspector = new(3u << RoleShift);
    public static readonly ActorAddress Members = new(4u << RoleShift);
    public static readonly ActorAddress RingKeeper = new(5u << RoleShift);

    public static ActorAddress Vnode(int partition) => new(1u << RoleShift | (uint)partition);

    public static ActorAddress Coordinator(int index) => new(2u << RoleShift | (uint)index);

    /// <summary>An actor that wants answers, by a number of its own.</summary>
    public static ActorAddress Asker(uint number) => new(6u << RoleShift | number & IndexMask);

    public bool IsVnode => Value >> RoleShift == 1;

    public bool IsAsker => Value >> RoleShift == 6;

    public int Index => (int)(Value & IndexMask);

    public override string ToString() => (Value >> RoleShift) switch
    {
        1 => $"vnodes/{Index}",
        2 => $"coordinators/{Index}",
        3 => "inspector",
        4 => "members",
        5 => "ring",
        6 => $"askers/{Index}",
        _ => "nobody",
    };
}
