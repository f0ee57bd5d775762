using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;
using Akka.Remote;
using Akka.Remote.Wire;
using Akka.Serialization;

namespace Akka.Tests.Remote;

/// <summary>The bytes drawn in WIRE.md. A change of any of them is a change of the protocol's version.</summary>
public sealed class GoldenFrameTests
{
    private delegate void WriteFrame(ref WireWriter writer);

    [Fact]
    public void Hello_is() => Header((ref WireWriter writer) => new Hello(1, StreamKind.Data, 7, Address.Parse("akka.tcp://a@h:1"), Address.Parse("akka.tcp://b@h:2")).Write(ref writer))
        .ShouldBe("01-44-41-4B-52-01-01-07-00-00-00-10-" + Hex("akka.tcp://a@h:1") + "-10-" + Hex("akka.tcp://b@h:2"));

    [Fact]
    public void Welcome_is() => Header((ref WireWriter writer) => new Welcome(-2).Write(ref writer)).ShouldBe("02-01-FE-FF-FF-FF");

    [Fact]
    public void Refusal_is() => Header((ref WireWriter writer) => new Refusal(RefusalReason.Quarantined, "no").Write(ref writer)).ShouldBe("03-03-02-6E-6F");

    [Fact]
    public void System_message_is() => Header((ref WireWriter writer) => new SystemMessageFrame(300, SystemMessageKind.DeathWatchNotification, "/a#1", "b", true).Write(ref writer))
        .ShouldBe("05-AC-02-03-04-2F-61-23-31-01-62-01");

    [Fact]
    public async Task Message_defines_its_numbers_once_and_then_uses_them()
    {
        await using var pair = new RemotePair(tcp: false);
        var provider = (RemoteActorRefProvider)((ExtendedActorSystem)pair.Near).Provider;
        var recipient = provider.CreateRemoteRef(ActorPath.Parse("akka.tcp://far@127.0.0.1:9/user/r#5"));
        var sender = new EmptyLocalActorRef(provider, provider.RootPath / "user" / "s");
        var encoder = new MessageEncoder(pair.Near.Serialization, 1000);
        var batch = new SendBatch();
        encoder.Write(batch, recipient, new byte[] { 0xAA }, sender);
        encoder.Write(batch, recipient, new byte[] { 0xBB }, sender);
        encoder.Write(batch, provider.CreateRemoteRef(ActorPath.Parse("akka.tcp://far@127.0.0.1:9/temp/$a")), "x", null);
        batch.Seal();
        BitConverter.ToString([.. batch.Segments.Single()]).ShouldBe(
            "1E-00-00-00-1B-00-04-05-09-2F-75-73-65-72-2F-72-23-35-05-07-2F-75-73-65-72-2F-73-01-04-00-00-00-00-AA"
            + "-07-00-00-00-04-00-04-04-04-00-BB"
            + "-10-00-00-00-0D-00-04-03-02-24-61-00-03-11-00-00-00-01-53-78");
    }

    [Fact]
    public void Frames_come_out_whole_however_the_stream_is_cut()
    {
        var random = new Random(4711);
        var frames = Enumerable.Range(0, 200).Select(i =>
        {
            var header = new byte[1 + random.Next(40)];
            var payload = new byte[i % 20 == 0 ? random.Next(400_000) : random.Next(300)];
            random.NextBytes(header);
            random.NextBytes(payload);
            return (Header: header, Payload: payload);
        }).ToArray();
        var batch = new SendBatch();
        foreach (var (header, payload) in frames) batch.Add(header, payload);
        batch.Seal();
        var stream = batch.Segments.SelectMany(segment => segment).ToArray();
        stream.Length.ShouldBe((int)batch.Bytes);
        for (var round = 0; round < 5; round++)
        {
            var read = new List<(byte[] Header, byte[] Payload)>();
            var reader = new FrameReader((header, payload) => read.Add((header.ToArray(), payload)), FrameReader.BufferBytes) { PayloadBytesMax = 400_000 };
            for (var at = 0; at < stream.Length;)
            {
                var count = Math.Min(Math.Min(1 + random.Next(round == 0 ? 3 : 200_000), reader.Buffer.Length), stream.Length - at);
                stream.AsSpan(at, count).CopyTo(reader.Buffer.Span);
                at += count;
                reader.Received(count);
            }
            read.Count.ShouldBe(frames.Length);
            for (var i = 0; i < frames.Length; i++)
            {
                read[i].Header.ShouldBe(frames[i].Header);
                read[i].Payload.AsSpan().SequenceEqual(frames[i].Payload).ShouldBeTrue();
            }
        }
    }

    [Theory]
    [InlineData("01-00-00-00-00-00", "cannot be")]
    [InlineData("05-00-00-00-09-00", "cannot be")]
    [InlineData("FF-FF-FF-FF-01-00", "is the most")]
    [InlineData("EC-03-00-00-01-00", "is the most")]
    public void Damaged_length_is_refused(string hex, string complaint)
    {
        var bytes = Convert.FromHexString(hex.Replace("-", ""));
        var reader = new FrameReader((_, _) => throw new InvalidOperationException("no frame is there"), FrameReader.BufferBytes) { PayloadBytesMax = 1000 };
        bytes.CopyTo(reader.Buffer);
        Should.Throw<SerializationException>(() => reader.Received(bytes.Length)).Message.ShouldContain(complaint);
    }

    [Fact]
    public void Damaged_hello_is_refused()
    {
        var writer = new WireWriter(64);
        new Hello(1, StreamKind.Control, 7, Address.Parse("akka.tcp://a@h:1"), Address.Parse("akka.tcp://b@h:2")).Write(ref writer);
        var whole = writer.ToArray();
        Hello.Read(whole).Uid.ShouldBe(7);
        for (var length = 0; length < whole.Length; length++) Should.Throw<Exception>(() => Hello.Read(whole.AsSpan(0, length)));
        Should.Throw<SerializationException>(() => Hello.Read("GET / HTTP/1.1"u8)).Message.ShouldContain("something else");
    }

    private static string Header(WriteFrame write)
    {
        var writer = new WireWriter(64);
        write(ref writer);
        return BitConverter.ToString(writer.ToArray());
    }

    private static string Hex(string text) => BitConverter.ToString(Encoding.UTF8.GetBytes(text));
}
