using System.Text;
using Akka.Actor;
using Akka.Hosting;
using DynamoActors.Client;
using DynamoActors.Embedded;
using Microsoft.Extensions.Hosting;

namespace Cluster;

/// <summary>Takes lines from standard input: writes through an actor of the application, reads through the store.</summary>
internal sealed class Prompt(IDynamoStore store, IRequiredActor<Notebook> notebook, IHostApplicationLifetime lifetime)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stop)
    {
        await store.ReadyAsync(stop);
        Console.WriteLine("ready");
        while (await Console.In.ReadLineAsync(stop) is { } line)
        {
            try
            {
                Console.WriteLine(await DoAsync(line.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries)));
            }
            catch (Exception e)
            {
                Console.WriteLine($"{line}: {e.Message}");
            }
        }

        lifetime.StopApplication();
    }

    private async Task<string> DoAsync(string[] words) => words switch
    {
        ["note", var page, var text] => await (await notebook.GetAsync()).Ask<WriteResult>(new Note(page, text)) switch
        {
            Written => "written",
            var other => $"{other}",
        },
        ["show", var page] => await store.GetAsync(Notebook.Bucket, page) switch
        {
            Found<ReadOnlyMemory<byte>> one => Shown(one.Value),
            Conflict<ReadOnlyMemory<byte>> several => string.Join(" | ", several.Siblings.Select(version => Shown(version.Value))),
            Absent<ReadOnlyMemory<byte>> => "nothing",
            var other => $"{other}",
        },
        ["list"] => string.Join(", ", (await store.ListKeysAsync(Notebook.Bucket).ToListAsync()).Select(page => $"{page}")),
        _ => "note PAGE TEXT, show PAGE, list",
    };

    private static string Shown(ReadOnlyMemory<byte> page) => Encoding.UTF8.GetString(page.Span).Replace("\n", ", ");
}
