using System.Buffers;
using System.Text;
using DynamoActors.Resp.Protocol;
using DynamoActors.Tests.Shared;

namespace DynamoActors.Resp.Tests.Protocol;

/// <summary>Commands that are nearly sound: found, refused or waited for, and never more memory asked for than a command may
/// have.</summary>
public sealed class CommandFuzzTests
{
    private const int ValueBytesMax = 200_000;

    private static readonly byte[][] _corpus =
    [
        Encoding.Latin1.GetBytes(RespClient.Encode("set", "key", "value", "ex", "10")),
        Encoding.Latin1.GetBytes(RespClient.Encode("get", "key") + RespClient.Encode("mget", "a", "b", "", "\0\r\n")),
        Encoding.Latin1.GetBytes(RespClient.Encode("set", "large", new string('v', 70_000))),
        "SET key 'a value' \"\\x00\\n\"\r\nPING\r\n"u8.ToArray(),
        "*2\r\n$4\r\nECHO\r\n$0\r\n\r\n*0\r\n*-1\r\n"u8.ToArray(),
    ];

    [Fact]
    public void What_is_nearly_a_command_never_breaks_the_reader() => Mutations.Try(_corpus, input =>
    {
        var reader = new CommandReader(CommandLimits.Of(ValueBytesMax));
        var buffer = new ReadOnlySequence<byte>(input);
        for (var step = 0; step <= 2 * input.Length; step++)
        {
            var status = reader.Read(ref buffer);
            if (status is ReadStatus.Broken or ReadStatus.Refused) reader.Fault.ShouldNotBeNullOrEmpty();
            if (status == ReadStatus.WantsRoom) reader.Answer(step % 2 == 0 ? null : "BUSY");
            reader.RoomWanted.ShouldBeLessThanOrEqualTo(CommandLimits.Of(ValueBytesMax).CommandBytesMax);
            if (status is ReadStatus.Broken or ReadStatus.Incomplete) return;
        }

        throw new InvalidOperationException("It goes on without an end.");
    });
}
