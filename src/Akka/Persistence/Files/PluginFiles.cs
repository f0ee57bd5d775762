using Akka.Actor;
using Akka.Configuration;

namespace Akka.Embedded.Persistence;

/// <summary>Opens the directory that a plugin is configured with, on the disk that its actor system was given.</summary>
internal static class PluginFiles
{
    public static IJournalFiles Open(ActorSystem system, Config plugin)
    {
        string directory = plugin.GetString("dir");
        if (string.IsNullOrWhiteSpace(directory)) throw new ConfigurationException("a file journal or snapshot store has no dir; name the directory of its files");
        var setup = system.Settings.Setup.Get<JournalFilesSetup>();
        return setup.HasValue ? setup.Value.Open(directory) : new LocalJournalFiles(directory);
    }
}
