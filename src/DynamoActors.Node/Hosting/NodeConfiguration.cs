using Akka.Configuration;
using DynamoActors.Core.Buckets;
using DynamoActors.Core.Security;
using DynamoActors.Links;
using DynamoActors.Node.Membership;
using DynamoActors.Node.Messages;

namespace DynamoActors.Node.Hosting;

/// <summary>What the actor system must be told for the node to run in it, whatever the user configures.</summary>
internal static class NodeConfiguration
{
    /// <summary>What an actor system that is the node's alone is told besides <see cref="Shared"/>.</summary>
    public static Config Alone() => ConfigurationFactory.ParseString("""
        # Between actor systems, beside Akka's own messages: this takes the one there is, and refuses everything else.
        akka.actor.serialization-bindings."System.Object" = dynamo-control
        akka.persistence {
          journal.plugin = "akka.persistence.journal.dynamo"
          # Nothing here makes snapshots; Akka's own store for them makes a folder in the working directory, and where
          # it cannot no node starts.
          snapshot-store.plugin = "akka.persistence.no-snapshot-store"
        }
        """);

    /// <summary>And what any is told: an application's serializers, journal and snapshots stay as they are.</summary>
    public static Config Shared() => ConfigurationFactory.ParseString($$"""
        akka.actor {
          provider = cluster
          serializers {
            dynamo-ring = "{{NameOf<RingJournalSerializer>()}}"
            dynamo-control = "{{NameOf<ControlSerializer>()}}"
          }
          serialization-bindings {
            {{Bind("dynamo-ring", typeof(AcceptorChanged), typeof(RingCommitted), typeof(BucketVersion), typeof(MemberMoved),
                typeof(AccessToken), typeof(StagedChanges))}}
            {{Bind("dynamo-control", typeof(Introduction))}}
          }
        }
        # The node finds its cluster itself, by its links and what its directory remembers (Membership/ClusterEntry).
        akka.cluster.seed-nodes = []
        akka.persistence.journal.dynamo {
          class = "{{NameOf<DiskJournal>()}}"
          plugin-dispatcher = "akka.persistence.dispatchers.default-plugin-dispatcher"
        }
        # The process's own signals decide when it ends, and how: the actor system is stopped by whoever started it.
        akka.coordinated-shutdown { run-by-clr-shutdown-hook = off, exit-clr = off }
        akka.coordinated-shutdown.phases {
          # Where a member cannot be reached the others cannot agree that this one leaves: waiting for it only delays the stop.
          cluster-exiting.timeout = 2s
          # Requests under way are answered first.
          before-actor-system-terminate.timeout = 3s
        }
        # The one place that waits for the disk has a thread of its own.
        dynamo.store.dispatcher.type = PinnedDispatcher
        """);

    private static string Bind(string serializer, params ReadOnlySpan<Type> types)
    {
        var lines = new System.Text.StringBuilder();
        foreach (var type in types) lines.Append('"').Append(NameOf(type)).Append("\" = ").AppendLine(serializer);
        return lines.ToString();
    }

    private static string NameOf<T>() => NameOf(typeof(T));

    private static string NameOf(Type type) => $"{type.FullName}, {type.Assembly.GetName().Name}";
}
