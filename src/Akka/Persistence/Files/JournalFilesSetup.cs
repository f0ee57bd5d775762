using Akka.Actor.Setup;

namespace Akka.Embedded.Persistence;

/// <summary>Gives an actor system's journal and snapshot store other disks than the local one, for example simulated ones.</summary>
/// <param name="open">Called once for each directory that a plugin is configured with.</param>
public sealed class JournalFilesSetup(Func<string, IJournalFiles> open) : Setup
{
    public Func<string, IJournalFiles> Open { get; } = open;
}
