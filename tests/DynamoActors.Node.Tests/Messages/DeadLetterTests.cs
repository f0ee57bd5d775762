using Akka.Actor;
using Akka.Event;
using DynamoActors.Node.Messages;

namespace DynamoActors.Node.Tests.Messages;

/// <summary>What is sent to a node that is gone is no news message by message.</summary>
public sealed class DeadLetterTests : IDisposable
{
    private readonly ActorSystem _system = ActorSystem.Create("letters");

    public void Dispose() => _system.Terminate().Wait(TimeSpan.FromSeconds(20));

    [Fact]
    public async Task Messages_between_nodes_are_suppressed_as_dead_letters()
    {
        object[] messages =
        [
            new WriteReplica(1, 0, 1, false, false, default, default), new ReadReplica(1, 0, 1, default), new ReplicaWritten(1, 0, null),
            new BucketsChanged([], 0, 0), new BucketsTaken(0, 0),
        ];
        var letters = System.Threading.Channels.Channel.CreateUnbounded<AllDeadLetters>();
        var reader = _system.ActorOf(Props.Create(typeof(Reader), letters.Writer));
        _system.EventStream.Subscribe(reader, typeof(AllDeadLetters));
        foreach (object message in messages) _system.DeadLetters.Tell(message);
        foreach (object message in messages)
            (await letters.Reader.ReadAsync().AsTask().WaitAsync(
                TimeSpan.FromSeconds(20))).ShouldBeOfType<SuppressedDeadLetter>().Message.ShouldBe(message);
    }

    private sealed class Reader : ReceiveActor
    {
        public Reader(System.Threading.Channels.ChannelWriter<AllDeadLetters> letters) =>
            Receive<AllDeadLetters>(letter => letters.TryWrite(letter));
    }
}
