using System.Text;
using Akka.Actor;
using Akka.Hosting;
using DynamoActors.Client;
using DynamoActors.Embedded;

namespace Cluster;

/// <summary>Writes a line under those that are on a page; answered with a <see cref="WriteResult"/>.</summary>
public sealed record Note(string Page, string Line);

/// <summary>
/// Asks the store by messages, as one actor asks another. What two nodes note on a page at the same moment stands side by side until the
/// next note joins it.
/// </summary>
public sealed class Notebook : ReceiveActor
{
    public const string Bucket = "notes";

    private readonly IActorRef _store;

    public Notebook(IRequiredActor<StoreActor> store)
    {
        _store = store.ActorRef;
        ReceiveAsync<Note>(WriteAsync);
    }

    private async Task WriteAsync(Note note)
    {
        var (pages, context) = await _store.Ask<GetResult<ReadOnlyMemory<byte>>>(new Get(Bucket, note.Page)) switch
        {
            Found<ReadOnlyMemory<byte>> one => ([one.Value], one.Context),
            Conflict<ReadOnlyMemory<byte>> several => (several.Siblings.Select(page => page.Value).ToArray(), several.Context),
            Absent<ReadOnlyMemory<byte>> none => ([], none.Context),
            var other => throw new InvalidOperationException($"{other}"),
        };
        var lines = pages.SelectMany(page => Encoding.UTF8.GetString(page.Span).Split('\n')).Distinct().Append(note.Line);
        var text = Encoding.UTF8.GetBytes(string.Join('\n', lines));
        Sender.Tell(await _store.Ask<WriteResult>(new Put(Bucket, note.Page, text, context)));
    }

    protected override void PreRestart(Exception reason, object message)
    {
        Sender.Tell(new Status.Failure(reason));
        base.PreRestart(reason, message);
    }
}
