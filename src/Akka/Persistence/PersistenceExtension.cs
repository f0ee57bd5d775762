using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;

namespace Akka.Persistence;

/// <summary>The plugins of one actor system; each is started when it is first asked for.</summary>
public sealed class PersistenceExtension(ExtendedActorSystem system) : IExtension
{
    private static readonly TimeSpan _defaultRecoveryEventTimeout = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, Lazy<IActorRef>> _plugins = new();

    /// <param name="journalPluginId">A configuration path; empty for <c>akka.persistence.journal.plugin</c>.</param>
    /// <exception cref="ConfigurationException">There is no such plugin.</exception>
    public IActorRef JournalFor(string journalPluginId) => Plugin(IdOf(journalPluginId, "akka.persistence.journal.plugin"));

    /// <param name="snapshotPluginId">A configuration path; empty for <c>akka.persistence.snapshot-store.plugin</c>.</param>
    /// <exception cref="ConfigurationException">There is no such plugin.</exception>
    public IActorRef SnapshotStoreFor(string snapshotPluginId) => Plugin(IdOf(snapshotPluginId, "akka.persistence.snapshot-store.plugin"));

    internal TimeSpan RecoveryEventTimeout(string journalPluginId)
    {
        string id = IdOf(journalPluginId, "akka.persistence.journal.plugin");
        return system.Settings.Config.GetTimeSpan($"{id}.recovery-event-timeout", _defaultRecoveryEventTimeout);
    }

    private string IdOf(string pluginId, string defaultPath)
    {
        string id = string.IsNullOrEmpty(pluginId) ? system.Settings.Config.GetString(defaultPath) : pluginId;
        return string.IsNullOrEmpty(id) ? throw new ConfigurationException($"{defaultPath} names no plugin; give the configuration path of one") : id;
    }

    private IActorRef Plugin(string id) => _plugins.GetOrAdd(id, _ => new Lazy<IActorRef>(() => Start(id))).Value;

    private IActorRef Start(string id)
    {
        var config = system.Settings.Config.GetConfig(id) ?? throw new ConfigurationException($"there is no plugin {id}: the configuration has no such section");
        string className = config.GetString("class");
        if (string.IsNullOrEmpty(className)) throw new ConfigurationException($"{id}.class is missing: name the plugin's class");
        var type = TypeOf(className) ?? throw new ConfigurationException($"{id}.class: there is no class {className}");
        // Those that have settings take their section of the configuration.
        object[] arguments = type.GetConstructor([typeof(Config)]) is null ? [] : [config];
        string dispatcher = config.GetString("plugin-dispatcher", "akka.persistence.dispatchers.default-plugin-dispatcher");
        return system.SystemActorOf(Props.Create(type, arguments).WithDispatcher(dispatcher), id);
    }

    // Akka.NET spreads its plugins over several assemblies; here the same names are all in this one.
    private static Type? TypeOf(string className) =>
        typeof(PersistenceExtension).Assembly.GetType(className.Split(',')[0].Trim()) ?? Type.GetType(className);
}
