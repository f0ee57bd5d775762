using Akka.Configuration;
using DynamoActors.Node.Local;
using DynamoActors.Storage;
using DynamoActors.Storage.Background;
using DynamoActors.Storage.Files;
using DynamoActors.Storage.Memory;

namespace DynamoActors.Node.Tests;

/// <summary>What a node of a test is made of: settings of a small ring on loopback, and a store in memory.</summary>
internal static class SmallNode
{
    /// <param name="changed">HOCON that goes before the rest.</param>
    public static Config Configuration(string name, string changed = "") => ConfigurationFactory.ParseString(changed).WithFallback(ConfigurationFactory.ParseString($$"""
        akka {
          loglevel = WARNING
          stdout-loglevel = OFF
          loggers = []
          coordinated-shutdown.run-by-clr-shutdown-hook = off
          remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0, maximum-frame-size = 16MiB }
          cluster { gossip-interval = 100ms, leader-actions-interval = 100ms }
        }
        dynamo {
          name = {{name}}, weight = 1, request-timeout = 2s, hedge { min = 10ms, max = 500ms }, coordinators = 1, requests-max = 10, object-bytes-max = 1MiB, listings-max = 1
          ring { partitions = 8, replicas = 3, initial-members = 3 }
          peer { requests-max = 10, bytes-max = 1MiB }
          http { host = localhost, port = 0 }
          hints { bytes-max = 1MiB, age-max = 1d, bytes-per-second = 1MiB }
          anti-entropy { interval = 60s, bytes-per-second = 1MiB, deleted-age-min = 10m }
          store { engine = memory, directory = none }
        }
        """));

    /// <summary>The last character of the name is its identity.</summary>
    public static LocalStore Store(string name) => new(
        new MemoryEngine(new StorageOptions("data", new MemoryFileSystem(), new InlineBackgroundWork(), TimeProvider.System)), name, () => name[^1]);
}
