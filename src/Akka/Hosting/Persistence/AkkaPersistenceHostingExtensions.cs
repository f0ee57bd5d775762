using Akka.Hosting;

namespace Akka.Persistence.Hosting;

public static class AkkaPersistenceHostingExtensions
{
    /// <summary>Keeps events in memory: for tests.</summary>
    public static AkkaConfigurationBuilder WithInMemoryJournal(this AkkaConfigurationBuilder builder) =>
        builder.AddHocon("akka.persistence.journal.plugin = \"akka.persistence.journal.inmem\"", HoconAddMode.Prepend);

    /// <summary>Keeps snapshots in memory: for tests.</summary>
    /// <param name="snapshotStoreId">The name of the plugin below <c>akka.persistence.snapshot-store</c>.</param>
    public static AkkaConfigurationBuilder WithInMemorySnapshotStore(
        this AkkaConfigurationBuilder builder, string snapshotStoreId = "inmem", bool isDefaultPlugin = true)
    {
        string plugin = $"akka.persistence.snapshot-store.{snapshotStoreId}";
        return builder.AddHocon(
            $"{plugin}.class = \"Akka.Persistence.Snapshot.MemorySnapshotStore, Akka.Persistence\"\n"
            + (isDefaultPlugin ? $"akka.persistence.snapshot-store.plugin = \"{plugin}\"\n" : ""), HoconAddMode.Prepend);
    }
}
