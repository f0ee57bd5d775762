using Akka.Configuration;
using DynamoActors.Node.AntiEntropy;
using DynamoActors.Node.Coordination;
using DynamoActors.Node.Inspection;
using DynamoActors.Node.Membership;
using DynamoActors.Node.Ring;
using DynamoActors.Node.Vnodes;
using DynamoActors.Node.Wire;

namespace DynamoActors.Node.Hosting;

/// <summary>What the actor system must be told for the node to run in it, whatever the user configures.</summary>
internal static class NodeConfiguration
{
    public static Config Create() => ConfigurationFactory.ParseString($$"""
        akka.actor {
          provider = cluster
          serializers {
            dynamo-replica = "{{NameOf<ReplicaSerializer>()}}"
            dynamo-anti-entropy = "{{NameOf<AntiEntropySerializer>()}}"
            dynamo-ring = "{{NameOf<RingSerializer>()}}"
            dynamo-forwarding = "{{NameOf<ForwardingSerializer>()}}"
            dynamo-inspection = "{{NameOf<InspectionSerializer>()}}"
          }
          serialization-bindings {
            {{Bind("dynamo-replica", typeof(WriteReplica), typeof(ReplicaWritten), typeof(ReadReplica), typeof(ReplicaRead), typeof(ReplicaRefused))}}
            {{Bind("dynamo-anti-entropy", typeof(DescribeTree), typeof(TreeDescribed), typeof(ListVersions), typeof(VersionsListed), typeof(FetchObjects),
                typeof(ObjectsFetched), typeof(MergeObjects), typeof(ObjectsMerged), typeof(ReplicasAgreed), typeof(ConfirmDeleted), typeof(DeletedConfirmed),
                typeof(DropDeleted))}}
            {{Bind("dynamo-ring", typeof(Hello), typeof(HelloAcknowledged), typeof(RingCommitted), typeof(PrepareRing), typeof(RingPromised),
                typeof(AcceptRing), typeof(RingAccepted), typeof(RingRejected), typeof(BucketsChanged), typeof(BucketsTaken), typeof(AcceptorChanged), typeof(BucketVersion))}}
            {{Bind("dynamo-forwarding", typeof(ForwardedPut), typeof(ForwardedPutAnswer))}}
            {{Bind("dynamo-inspection", typeof(ListReplicaKeys), typeof(ReplicaKeysListed), typeof(FindHints), typeof(HintsFound))}}
          }
        }
        akka.persistence {
          journal.plugin = "akka.persistence.journal.dynamo"
          journal.dynamo {
            class = "{{NameOf<DiskJournal>()}}"
            plugin-dispatcher = "akka.persistence.dispatchers.default-plugin-dispatcher"
          }
          # Nothing here makes snapshots; Akka's own store for them makes a folder in the working directory, and where it cannot no node starts.
          snapshot-store.plugin = "akka.persistence.no-snapshot-store"
        }
        # The process's own signals decide when it ends, and how: the actor system is stopped by whoever started it.
        akka.coordinated-shutdown { run-by-clr-shutdown-hook = off, exit-clr = off }
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
