using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;

namespace Akka.Remote.Wire;

/// <summary>Writes messages as frames, with the tables of one connection. Not thread-safe.</summary>
internal sealed class MessageEncoder(Akka.Serialization.Serialization serialization, int payloadBytesMax)
{
    public const int ManifestsMax = 1024;

    private readonly CompressionTable<IActorRef> _recipients = new(Reference.EntriesMax, Reference.FirstEntry, ReferenceEqualityComparer.Instance);
    private readonly CompressionTable<IActorRef> _senders = new(Reference.EntriesMax, Reference.FirstEntry, ReferenceEqualityComparer.Instance);
    private readonly CompressionTable<(int Serializer, string Manifest)> _manifests = new(ManifestsMax, 0, EqualityComparer<(int, string)>.Default);
    private readonly Dictionary<Type, (Serializer Serializer, int Identifier)> _serializers = [];
    private WireWriter _header = new(256);

    /// <exception cref="SerializationException">The message cannot be sent; nothing has been added to the batch.</exception>
    public void Write(SendBatch batch, RemoteActorRef recipient, object message, IActorRef? sender)
    {
        var (serializer, identifier) = SerializerOf(message.GetType());
        var manifest = Akka.Serialization.Serialization.ManifestFor(serializer, message);
        var payload = serializer.ToBinary(message);
        if (payload.Length > payloadBytesMax) throw new SerializationException(
            $"{message.GetType().FullName} takes {payload.Length} bytes, but akka.remote.dot-netty.tcp.maximum-frame-size is {payloadBytesMax}: raise it on both sides, or send less at once");
        try
        {
            _header.Clear();
            _header.Byte((byte)FrameKind.Message);
            WriteRecipient(recipient);
            WriteSender(sender);
            if (_manifests.Write(ref _header, (identifier, manifest)))
            {
                _header.Int32(identifier);
                _header.Text(manifest);
            }
            batch.Add(_header.Written, payload);
        }
        catch
        {
            // Entries may have been numbered whose definitions are not on their way: number everything anew.
            Clear();
            throw;
        }
    }

    /// <summary>Forgets every entry; done when a connection begins.</summary>
    public void Clear()
    {
        _recipients.Clear();
        _senders.Clear();
        _manifests.Clear();
    }

    private (Serializer Serializer, int Identifier) SerializerOf(Type type)
    {
        if (_serializers.TryGetValue(type, out var known)) return known;
        var serializer = serialization.FindSerializerForType(type);
        return _serializers[type] = (serializer, serializer.Identifier);
    }

    private void WriteRecipient(RemoteActorRef recipient)
    {
        if (recipient.IsTemp)
        {
            _header.Varint(Reference.TempOfReceiver);
            _header.Text(recipient.Path.Name);
        }
        else if (_recipients.Write(ref _header, recipient)) WritePath(LocalPath(recipient.Path));
    }

    private void WriteSender(IActorRef? sender)
    {
        // An ask makes a new reference each time: numbering them would only push out those that are used again.
        if (sender is null or Nobody) _header.Varint(Reference.None);
        else if (sender is RemoteActorRef remote)
        {
            if (remote.IsTemp)
            {
                _header.Varint(Reference.Inline);
                WritePath(remote.Path.ToSerializationFormat());
            }
            else if (_senders.Write(ref _header, remote)) WritePath(remote.Path.ToSerializationFormat());
        }
        else if (IsTemp(sender.Path))
        {
            _header.Varint(Reference.TempOfSender);
            _header.Text(sender.Path.Name);
        }
        else if (_senders.Write(ref _header, sender)) WritePath(LocalPath(sender.Path));
    }

    private void WritePath(string path)
    {
        if (path.Length > Reference.PathCharactersMax)
            throw new SerializationException($"an actor path has {path.Length} characters, but {Reference.PathCharactersMax} is the most: {path[..80]}…");
        _header.Text(path);
    }

    internal static bool IsTemp(ActorPath path) => path.Depth == 2 && path.Parent.Name == Reference.TempName;

    /// <summary>The path without its address, for it is the address of one of the two systems that talk.</summary>
    internal static string LocalPath(ActorPath path) =>
        path.Uid == 0 ? path.ToStringWithoutAddress() : $"{path.ToStringWithoutAddress()}#{path.Uid}";
}
