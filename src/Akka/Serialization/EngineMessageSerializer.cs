using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Remote;

namespace Akka.Serialization;

/// <summary>The engine's own messages, as WIRE.md draws them. A message inside another carries its own serializer and manifest.</summary>
internal sealed class EngineMessageSerializer(ExtendedActorSystem system, Serialization serialization) : SerializerWithStringManifest(system)
{
    private const int SelectionElementsMax = 1_000;

    public static readonly Type[] Types =
    [
        typeof(Identify), typeof(ActorIdentity), typeof(PoisonPill), typeof(Kill), typeof(Status.Success), typeof(Status.Failure),
        typeof(ActorSelectionMessage), typeof(IActorRef), typeof(RemoteWatcher.Heartbeat), typeof(RemoteWatcher.HeartbeatRsp),
    ];

    public override int Identifier => 16;

    public override string Manifest(object o) => o switch
    {
        Identify => "I",
        ActorIdentity => "A",
        PoisonPill => "P",
        Kill => "K",
        Status.Success => "S",
        Status.Failure => "F",
        ActorSelectionMessage => "L",
        IActorRef => "R",
        RemoteWatcher.Heartbeat => "H",
        RemoteWatcher.HeartbeatRsp => "h",
        _ => throw new NotSupportedException($"{nameof(EngineMessageSerializer)} does not write {o.GetType()}"),
    };

    public override byte[] ToBinary(object obj)
    {
        var writer = new WireWriter(64);
        switch (obj)
        {
            case Identify identify: WriteNested(ref writer, identify.MessageId); break;
            case ActorIdentity identity:
                writer.Text(identity.Subject is null ? "" : Serialization.SerializedActorPath(identity.Subject));
                WriteNested(ref writer, identity.MessageId);
                break;
            case Status.Success success: WriteNested(ref writer, success.Status); break;
            case Status.Failure failure: writer.Text($"{failure.Cause.GetType().FullName}: {failure.Cause.Message}"); break;
            case ActorSelectionMessage selection: WriteSelection(ref writer, selection); break;
            case IActorRef reference: writer.Text(Serialization.SerializedActorPath(reference)); break;
            case RemoteWatcher.HeartbeatRsp response: writer.Int32(response.AddressUid); break;
        }
        return writer.ToArray();
    }

    public override object FromBinary(byte[] bytes, string manifest)
    {
        var reader = new WireReader(bytes);
        switch (manifest)
        {
            case "I": return new Identify(ReadNested(ref reader)!);
            case "A":
                var subject = reader.Text();
                return new ActorIdentity(ReadNested(ref reader)!, subject.Length == 0 ? null : system.Provider.ResolveActorRef(subject));
            case "P": return PoisonPill.Instance;
            case "K": return Kill.Instance;
            case "S": return new Status.Success(ReadNested(ref reader));
            case "F": return new Status.Failure(new RemoteFailureException(reader.Text()));
            case "L": return ReadSelection(ref reader);
            case "R": return system.Provider.ResolveActorRef(reader.Text());
            case "H": return RemoteWatcher.Heartbeat.Instance;
            case "h": return new RemoteWatcher.HeartbeatRsp(reader.Int32());
            default: throw new SerializationException($"{nameof(EngineMessageSerializer)} knows no manifest \"{manifest}\"");
        }
    }

    private void WriteSelection(ref WireWriter writer, ActorSelectionMessage selection)
    {
        writer.Varint((ulong)selection.Elements.Length);
        foreach (var element in selection.Elements) writer.Text(element);
        WriteNested(ref writer, selection.Message);
    }

    private ActorSelectionMessage ReadSelection(ref WireReader reader)
    {
        var elements = new string[reader.Count(SelectionElementsMax)];
        for (var i = 0; i < elements.Length; i++) elements[i] = reader.Text();
        return new ActorSelectionMessage(ReadNested(ref reader)!, elements);
    }

    private void WriteNested(ref WireWriter writer, object? message)
    {
        writer.Byte(message is null ? (byte)0 : (byte)1);
        if (message is null) return;
        // The one who looks up a selection uses it as the message's id; only its text means anything elsewhere.
        if (message is ActorSelection) message = message.ToString()!;
        var serializer = serialization.FindSerializerFor(message);
        writer.Int32(serializer.Identifier);
        writer.Text(Serialization.ManifestFor(serializer, message));
        writer.Bytes(serializer.ToBinary(message));
    }

    private object? ReadNested(ref WireReader reader)
    {
        if (reader.Byte() == 0) return null;
        var id = reader.Int32();
        var manifest = reader.Text();
        return serialization.Deserialize(reader.Rest().ToArray(), id, manifest);
    }
}
