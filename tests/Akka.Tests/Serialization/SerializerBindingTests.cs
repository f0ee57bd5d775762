using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;
using Akka.Tests.Remote;

namespace Akka.Tests.Serialization;

public sealed class SerializerBindingTests : IAsyncDisposable
{
    private const string Bindings = """
        akka.actor {
          serializers { shapes = "Akka.Tests.Serialization.SerializerBindingTests+ShapeSerializer, Akka.Tests" }
          serialization-bindings { "Akka.Tests.Serialization.SerializerBindingTests+IShape, Akka.Tests" = shapes }
          serialization-identifiers { "Akka.Tests.Serialization.SerializerBindingTests+ShapeSerializer, Akka.Tests" = 100 }
        }
        """;

    private readonly RemotePair _pair = new(tcp: false, Bindings);

    private Akka.Serialization.Serialization Serialization => _pair.Near.Serialization;

    [Fact]
    public void Configured_serializer_serves_what_is_of_the_bound_type()
    {
        var serializer = Serialization.FindSerializerFor(new Circle());
        serializer.ShouldBeOfType<ShapeSerializer>().Identifier.ShouldBe(100);
        Serialization.Deserialize(serializer.ToBinary(new Circle()), 100, "circle").ShouldBeOfType<Circle>();
    }

    [Fact]
    public void Most_derived_binding_wins()
    {
        var other = new NamedSerializer((ExtendedActorSystem)_pair.Near, 101);
        Serialization.AddSerializationMap(typeof(Circle), other);
        Serialization.FindSerializerFor(new Circle()).ShouldBeSameAs(other);
        Serialization.FindSerializerFor(new Square()).ShouldBeOfType<ShapeSerializer>();
    }

    [Theory]
    [InlineData("text")]
    [InlineData(42)]
    [InlineData(-42L)]
    public void Primitive_comes_back(object value)
    {
        var serializer = Serialization.FindSerializerFor(value);
        Serialization.Deserialize(Serialization.Serialize(value), serializer.Identifier, Akka.Serialization.Serialization.ManifestFor(serializer, value)).ShouldBe(value);
    }

    [Fact]
    public void Engine_messages_come_back()
    {
        RoundTrip(new Identify("id")).MessageId.ShouldBe("id");
        var own = _pair.Near.ActorOf(Props.Create(() => new Echo()));
        RoundTrip(new ActorIdentity(7, own)).Subject.ShouldBeSameAs(own);
        RoundTrip(new ActorIdentity(7, null)).Subject.ShouldBeNull();
        RoundTrip(PoisonPill.Instance).ShouldBeSameAs(PoisonPill.Instance);
        RoundTrip(Kill.Instance).ShouldBeSameAs(Kill.Instance);
        RoundTrip(new Status.Success(5L)).Status.ShouldBe(5L);
        RoundTrip(new Status.Failure(new InvalidOperationException("broken"))).Cause.Message.ShouldBe("System.InvalidOperationException: broken");
    }

    [Fact]
    public void Type_that_nobody_bound_is_never_made_from_its_name()
    {
        Serialization.AddSerializer("named", new NamedSerializer((ExtendedActorSystem)_pair.Near, 102));
        Should.Throw<SerializationException>(() => Serialization.Deserialize([], 102, "System.IO.FileInfo, System.Private.CoreLib"))
            .Message.ShouldContain("is not bound");
    }

    [Theory]
    [InlineData(4, "", "")]
    [InlineData(17, "X", "knows no manifest \"X\"")]
    [InlineData(17, "I", "3 bytes")]
    [InlineData(16, "?", "knows no manifest \"?\"")]
    [InlineData(16, "h", "the bytes end")]
    [InlineData(4242, "m", "no serializer has the identifier 4242 (manifest \"m\")")]
    public void Damaged_or_unknown_is_refused(int serializer, string manifest, string complaint)
    {
        if (complaint.Length == 0) Serialization.Deserialize([1, 2, 3], serializer, manifest).ShouldBe(new byte[] { 1, 2, 3 });
        else Should.Throw<SerializationException>(() => Serialization.Deserialize([1, 2, 3], serializer, manifest)).Message.ShouldContain(complaint);
    }

    [Theory]
    [InlineData("akka.actor.serializers.x = \"No.Such, Type\"", "akka.actor.serializers.x: there is no type No.Such, Type")]
    [InlineData("akka.actor.serializers.x = \"System.String\"", "is no Serializer")]
    [InlineData("akka.actor.serialization-bindings { \"System.Guid\" = nobody }", "names the serializer nobody")]
    [InlineData("akka.actor.serializers.x = \"Akka.Tests.Serialization.SerializerBindingTests+ShapeSerializer, Akka.Tests\"", "has no identifier")]
    [InlineData("akka.actor.serializers.x = \"Akka.Tests.Serialization.SerializerBindingTests+ShapeSerializer, Akka.Tests\"\n"
        + "akka.actor.serialization-identifiers { \"Akka.Tests.Serialization.SerializerBindingTests+ShapeSerializer, Akka.Tests\" = 17 }", "both have the identifier 17")]
    public void Wrong_setting_ends_the_start_and_is_named(string config, string complaint) =>
        Should.Throw<ConfigurationException>(() => new RemotePair(tcp: false, config)).Message.ShouldContain(complaint);

    public ValueTask DisposeAsync() => _pair.DisposeAsync();

    private T RoundTrip<T>(T message) where T : class
    {
        var serializer = Serialization.FindSerializerFor(message);
        return (T)Serialization.Deserialize(serializer.ToBinary(message), serializer.Identifier, Akka.Serialization.Serialization.ManifestFor(serializer, message));
    }

    internal interface IShape;

    internal sealed record Circle : IShape;

    internal sealed record Square : IShape;

    internal sealed class ShapeSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
    {
        public override string Manifest(object o) => o is Circle ? "circle" : "square";

        public override byte[] ToBinary(object obj) => [];

        public override object FromBinary(byte[] bytes, string manifest) => manifest == "circle" ? new Circle() : new Square();
    }

    private sealed class NamedSerializer(ExtendedActorSystem system, int identifier) : Serializer(system)
    {
        public override int Identifier => identifier;

        public override bool IncludeManifest => true;

        public override byte[] ToBinary(object obj) => Encoding.UTF8.GetBytes(obj.ToString()!);

        public override object FromBinary(byte[] bytes, Type type) => Activator.CreateInstance(type)!;
    }
}
