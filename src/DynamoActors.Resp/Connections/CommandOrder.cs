using System.IO.Hashing;
using DynamoActors.Resp.Calls;
using DynamoActors.Resp.Commands;
using DynamoActors.Resp.Protocol;

namespace DynamoActors.Resp.Connections;

/// <summary>
/// Which of a connection's commands must wait for earlier ones: those on one key take effect in the order in which they were sent, of which
/// reads among themselves have none. Commands on many keys, or on all, wait for every write before them.
/// </summary>
internal sealed class CommandOrder
{
    /// <summary>Stands for every key.</summary>
    private const ulong All = 0;

    private readonly List<UnderWay> _underWay = [];

    /// <summary>Null: it may begin at once.</summary>
    public Task? MustWaitFor(CommandSpec command, Argument[] arguments)
    {
        if (command.Keys == KeyUse.None) return null;
        _underWay.RemoveAll(earlier => earlier.Reply.IsCompleted);
        if (_underWay.Count == 0) return null;
        var key = KeyOf(command, arguments);
        var earlier = _underWay
            .Where(earlier => (earlier.IsWrite || command.IsWrite) && (key == All || earlier.Key == All || earlier.Key == key))
            .Select(earlier => earlier.Reply).ToArray();
        return earlier.Length == 0 ? null : Task.WhenAll(earlier);
    }

    public void Begun(CommandSpec command, Argument[] arguments, Task<Reply> reply)
    {
        if (command.Keys != KeyUse.None && !reply.IsCompleted)
            _underWay.Add(new UnderWay(KeyOf(command, arguments), command.IsWrite, reply));
    }

    private static ulong KeyOf(CommandSpec command, Argument[] arguments) =>
        command.Keys == KeyUse.First || command.Keys == KeyUse.Many && arguments.Length == 2
            ? XxHash3.HashToUInt64(arguments[1].Span) | 1 : All;

    private readonly record struct UnderWay(ulong Key, bool IsWrite, Task<Reply> Reply);
}
