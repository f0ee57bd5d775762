using System.CommandLine;
using System.Text.Json.Nodes;
using DynamoActors.Pbm.Asking;
using DynamoActors.Pbm.Showing;
using Spectre.Console;

namespace DynamoActors.Pbm.Commands;

/// <summary><c>pbm actor hierarchy</c>: the actors of a node, and what waits for them.</summary>
internal static class ActorCommands
{
    /// <summary>From so many of one class on below one parent, one line tells of them all.</summary>
    private const int Many = 4;

    private static readonly Option<string?> _on = new("--on") { Description = "The name of the node. Default: the one that is asked." };
    private static readonly Option<bool> _every = new("--every") { Description = "A line for each, however many are alike." };

    public static Command Create(PbmCommands all) => new("actor", "The actors of a node.")
    {
        all.Asking(new Command("hierarchy", "The tree of a node's actors, with the messages that wait for each.") { _on, _every },
            async (cluster, parsed, stop) =>
            {
                var node = parsed.GetValue(_on) is { } on
                    ? (await cluster.MembersAsync(on, stop))[0].Client
                        ?? throw new PbmException(ExitCodes.NoNode, $"Nobody knows where {on} takes HTTP.")
                    : await cluster.NodeAsync(stop);
                var (json, page) = await node.PageAsync("admin/actors", NodePages.Default.ActorsPage, stop);
                return new Reply(json, console => Show(console, page, parsed.GetValue(_every)));
            }),
    };

    private static void Show(IAnsiConsole console, ActorsPage page, bool every)
    {
        var children = page.Actors.ToLookup(actor => actor.Path[..actor.Path.LastIndexOf('/')]);
        console.WriteLine($"{page.Node}: {page.Actors.Length} actors, {page.Actors.Sum(actor => actor.Waiting)} messages wait");
        foreach (var root in children[""]) Show(console, children, root, "", every);
    }

    private static void Show(IAnsiConsole console, ILookup<string, ActorLine> children, ActorLine actor, string indent, bool every)
    {
        var name = indent.Length == 0 ? actor.Path : actor.Path[(actor.Path.LastIndexOf('/') + 1)..];
        console.WriteLine($"{indent}{name}  {actor.Type}{Waiting(actor.Waiting)}");
        foreach (var alike in children[actor.Path].GroupBy(child => child.Type))
        {
            if (every || alike.Count() < Many) foreach (var child in alike) Show(console, children, child, indent + "  ", every);
            else console.WriteLine($"{indent}  {alike.Count()} × {alike.Key}{Waiting(alike.Sum(child => child.Waiting))}"
                + Below(alike.Sum(child => Descendants(children, child))));
        }
    }

    private static int Descendants(ILookup<string, ActorLine> children, ActorLine actor) =>
        children[actor.Path].Sum(child => 1 + Descendants(children, child));

    private static string Waiting(int messages) => messages == 0 ? "" : $", {Shown.Count(messages)} {(messages == 1 ? "waits" : "wait")}";

    private static string Below(int actors) => actors == 0 ? "" : $", {Shown.Count(actors)} below them";
}
