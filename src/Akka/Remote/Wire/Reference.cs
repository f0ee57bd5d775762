namespace Akka.Remote.Wire;

/// <summary>How a frame names an actor: one of these numbers, or above them the number of a table entry.</summary>
internal static class Reference
{
    public const ulong None = 0;

    /// <summary>A text follows: the path. Not entered in the table.</summary>
    public const ulong Inline = 1;

    /// <summary>A text follows: the name of a temporary actor (an Ask's) of the system that sends the frame.</summary>
    public const ulong TempOfSender = 2;

    /// <summary>A text follows: the name of a temporary actor of the system that receives the frame.</summary>
    public const ulong TempOfReceiver = 3;

    /// <summary>FirstEntry + 2·id: the entry. FirstEntry + 2·id + 1: the entry is defined by the path that follows.</summary>
    public const ulong FirstEntry = 4;

    /// <summary>A full table is begun anew, so neither side ever holds more entries.</summary>
    public const int EntriesMax = 4096;

    /// <summary>A longer path is refused: a frame's header must hold two of them.</summary>
    public const int PathCharactersMax = 8192;

    public const string TempName = "temp";
}
