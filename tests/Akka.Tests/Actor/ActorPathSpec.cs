using Akka.Actor;

namespace Akka.Tests.Actor;

public sealed class ActorPathSpec
{
    [Theory]
    [InlineData("akka://sys/user/a/b")]
    [InlineData("akka://sys/user/a#123")]
    [InlineData("akka.tcp://sys@host:4053/system/x/$a#77")]
    [InlineData("akka.tcp://sys@127.0.0.1:4053/")]
    [InlineData("akka.tcp://sys@[::1]:4053/user")]
    public void A_path_is_written_as_it_was_read(string text) => ActorPath.Parse(text).ToSerializationFormat().ShouldBe(text);

    [Theory]
    [InlineData("")]
    [InlineData("user/a")]
    [InlineData("akka://")]
    [InlineData("akka.tcp://sys@host/user")]
    [InlineData("akka.tcp://sys@host:70000/user")]
    [InlineData("akka.tcp://@host:1/user")]
    [InlineData("akka://sys/user/a#x")]
    public void What_is_no_path_is_refused(string text)
    {
        ActorPath.TryParse(text, out _).ShouldBeFalse();
        Should.Throw<UriFormatException>(() => ActorPath.Parse(text)).Message.ShouldContain($"'{text}' is no actor path");
    }

    [Fact]
    public void Equality_leaves_the_uid_out_and_takes_the_address_in()
    {
        ActorPath path = ActorPath.Parse("akka://sys/user/a#1");
        path.ShouldBe(ActorPath.Parse("akka://sys/user/a#2"));
        path.GetHashCode().ShouldBe(ActorPath.Parse("akka://sys/user/a").GetHashCode());
        path.ShouldNotBe(ActorPath.Parse("akka://other/user/a#1"));
        path.ShouldNotBe(ActorPath.Parse("akka://sys/user/b#1"));
        path.Uid.ShouldBe(1);
    }

    [Fact]
    public void A_local_path_takes_the_address_it_is_seen_under()
    {
        Address there = Address.Parse("akka.tcp://sys@host:4053");
        (ActorPath.Parse("akka://sys") / "user" / "a#5").ToSerializationFormatWithAddress(there).ShouldBe("akka.tcp://sys@host:4053/user/a#5");
        ActorPath.Parse("akka.tcp://o@h:1/user/a").ToStringWithAddress(there).ShouldBe("akka.tcp://o@h:1/user/a");
    }

    [Fact]
    public void Elements_are_the_names_from_the_root_down()
    {
        ActorPath path = ActorPath.Parse("akka://sys/user/a/b");
        path.Elements.ShouldBe(["user", "a", "b"]);
        path.Parent.Name.ShouldBe("a");
        path.Root.ToString().ShouldBe("akka://sys/");
        path.ToStringWithoutAddress().ShouldBe("/user/a/b");
    }

    [Fact]
    public void The_hash_of_an_address_is_the_same_in_every_process() =>
        Address.Parse("akka.tcp://sys@host:4053").GetHashCode().ShouldBe(new Address("akka.tcp", "sys", "HOST", 4053).GetHashCode());
}
