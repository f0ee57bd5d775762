namespace Akka.Remote.Wire;

/// <summary>The first byte of every frame's header.</summary>
internal enum FrameKind : byte
{
    Hello = 1,
    Welcome = 2,
    Refusal = 3,
    Message = 4,
    SystemMessage = 5,
    Acknowledgement = 6,
    Quarantined = 7,
}

/// <summary>What a connection carries. Control never waits behind data.</summary>
internal enum StreamKind : byte
{
    Control = 0,
    Data = 1,
}
