using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;
using Akka.TestKit.Xunit2;
using DynamoActors.Node.Hosting;
using DynamoActors.Node.Membership;

namespace DynamoActors.Node.Tests.Membership;

public sealed class ControlSerializerTests() : TestKit(DynamoNode.Configuration)
{
    public static TheoryData<object> Strangers => new(
        "text", 7, new object[] { new Introduction("10.0.0.1:5053", false) }, new List<int> { 1 }, new Uri("http://localhost"),
        new InvalidOperationException("on purpose"), typeof(Introduction), (Action)(() => { }));

    [Fact]
    public void Introductions_travel()
    {
        var introduction = new Introduction("10.0.0.1:5053", true);
        var serializer = Sys.Serialization.FindSerializerFor(introduction);
        serializer.ShouldBeOfType<ControlSerializer>();

        byte[] bytes = serializer.ToBinary(introduction);

        serializer.FromBinary(bytes, typeof(object)).ShouldBe(introduction);
        bytes.Length.ShouldBeLessThan(24, "its type's name does not travel");
    }

    [Theory]
    [MemberData(nameof(Strangers))]
    public void Nothing_else_is_written(object stranger) => Should.Throw<Exception>(
        () => new ControlSerializer((ExtendedActorSystem)Sys).ToBinary(stranger)).Message.ShouldContain("Unsafe");

    [Theory]
    [MemberData(nameof(Strangers))]
    public void Nothing_else_is_made_of_what_arrives(object stranger)
    {
        byte[] bytes = new HyperionSerializer((ExtendedActorSystem)Sys).ToBinary(stranger);

        Should.Throw<SerializationException>(() => new ControlSerializer((ExtendedActorSystem)Sys).FromBinary(bytes, typeof(object)));
    }

    [Fact]
    public void Bytes_that_are_no_message_are_refused()
    {
        var serializer = new ControlSerializer((ExtendedActorSystem)Sys);
        byte[] whole = serializer.ToBinary(new Introduction("10.0.0.1:5053", true));

        foreach (int length in Enumerable.Range(0, whole.Length))
            Should.Throw<SerializationException>(() => serializer.FromBinary(whole[..length], typeof(object)));
    }
}
