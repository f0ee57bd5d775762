using System.Buffers;
using System.Text;
using DynamoActors.Resp.Protocol;

namespace DynamoActors.Resp.Tests.Protocol;

public sealed class ReplyTests
{
    [Theory]
    [InlineData(2, "*6|+PONG|:-7|$-1|$3|abc|-ERR a  b|*4|$1|a|:1|$1|b|*0|")]
    [InlineData(3, "*6|+PONG|:-7|_|$3|abc|-ERR a  b|%2|$1|a|:1|$1|b|*0|")]
    public void Each_version_of_the_protocol_has_its_own_form(int version, string written)
    {
        var reply = Reply.Array([
            new SimpleReply("PONG"), new IntegerReply(-7), Reply.Null, Reply.Of("abc"), new ErrorReply("ERR a\r\nb"),
            new MapReply([("a", Reply.One), ("b", Reply.Array([]))])]);
        var output = new ArrayBufferWriter<byte>();
        reply.Write(output, version);
        Encoding.Latin1.GetString(output.WrittenSpan).Replace("\r\n", "|").ShouldBe(written);
    }
}
