using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;

namespace Akka.Remote.Wire;

/// <summary>Reads the message frames of one connection. Recipients and senders are resolved once and kept by their number. Not thread-safe.</summary>
internal sealed class MessageDecoder(RemoteActorRefProvider provider, Akka.Serialization.Serialization serialization, Address peer)
{
    private readonly DecompressionTable<Recipient> _recipients = new(Reference.EntriesMax, Reference.FirstEntry, "recipient");
    private readonly DecompressionTable<IActorRef> _senders = new(Reference.EntriesMax, Reference.FirstEntry, "sender");
    private readonly DecompressionTable<Manifest> _manifests = new(MessageEncoder.ManifestsMax, 0, "manifest");
    private readonly ActorPath _tempOfPeer = new RootActorPath(peer) / Reference.TempName;

    /// <exception cref="SerializationException">The frame is damaged: the tables can no longer be trusted.</exception>
    public Addressed ReadHeader(ref WireReader reader)
    {
        var recipient = ReadRecipient(ref reader);
        var sender = ReadSender(ref reader);
        var manifest = ReadManifest(ref reader);
        reader.ExpectEnd();
        return new Addressed(recipient, sender, manifest);
    }

    /// <exception cref="Exception">The message cannot be read; the connection is none the worse for it.</exception>
    public object ReadMessage(Manifest manifest, byte[] payload) =>
        serialization.Deserialize(manifest.Serializer ??= serialization.FindSerializerById(manifest.SerializerId, manifest.Text), payload, manifest.Text);

    private IActorRef ReadRecipient(ref WireReader reader)
    {
        var number = reader.Varint();
        switch (number)
        {
            case Reference.Inline: return provider.ResolveLocal(reader.Text());
            case Reference.TempOfReceiver: return provider.ResolveTemp(reader.Text());
            case < Reference.FirstEntry: throw new SerializationException($"a frame has a recipient of the unknown kind {number}");
        }
        var known = _recipients.Find(number, out var entry) ?? _recipients.Define(entry, new Recipient(reader.Text()));
        // An actor that is gone, or was not there yet, may have a successor under its name.
        if (known.Actor is null || known.Actor.IsTerminated) known.Actor = provider.ResolveLocal(known.Path);
        return known.Actor;
    }

    private IActorRef ReadSender(ref WireReader reader)
    {
        var number = reader.Varint();
        switch (number)
        {
            case Reference.None: return ActorRefs.NoSender;
            case Reference.Inline: return ResolveSender(reader.Text());
            case Reference.TempOfSender: return provider.CreateRemoteRef(_tempOfPeer / reader.Text());
            case < Reference.FirstEntry: throw new SerializationException($"a frame has a sender of the unknown kind {number}");
        }
        return _senders.Find(number, out var entry) ?? _senders.Define(entry, ResolveSender(reader.Text()));
    }

    private IActorRef ResolveSender(string path) => provider.ResolveActorRef(path.StartsWith('/') ? peer + path : path);

    private Manifest ReadManifest(ref WireReader reader) =>
        _manifests.Find(reader.Varint(), out var entry) ?? _manifests.Define(entry, new Manifest(reader.Int32(), reader.Text()));

    /// <summary>Where a message goes, whose it is, and what it is.</summary>
    internal readonly record struct Addressed(IActorRef Recipient, IActorRef Sender, Manifest Manifest);

    internal sealed class Manifest(int serializerId, string text)
    {
        public int SerializerId { get; } = serializerId;
        public string Text { get; } = text;
        public Serializer? Serializer { get; set; }
    }

    private sealed class Recipient(string path)
    {
        public string Path { get; } = path;
        public IInternalActorRef? Actor { get; set; }
    }
}
