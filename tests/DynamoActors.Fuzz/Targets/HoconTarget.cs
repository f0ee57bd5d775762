using System.Text;
using Akka.Configuration;
using DynamoActors.Embedded;
using DynamoActors.Node.Settings;
using DynamoActors.Server.Startup;

namespace DynamoActors.Fuzz.Targets;

/// <summary>A configuration: what is wrong with it is said, in the one or two exceptions that a start knows.</summary>
internal static class HoconTarget
{
    private static readonly LayeredConfiguration _reference = ConfigurationFiles.Read(NodeConfiguration.DefaultFile("reference.conf"));

    public static byte[][] Seeds() =>
    [
        "dynamo { name = node1, http { port = 8081, value-bytes-max = 8 MiB } }"u8.ToArray(),
        "dynamo.ring.replicas = 3\ndynamo.hedge.min = 5ms # a comment\n// another"u8.ToArray(),
        "akka.cluster.seed-nodes = [\"akka.tcp://dynamo@127.0.0.1:4053\", \"akka.tcp://dynamo@n2:4053\"]"u8.ToArray(),
        "dynamo.links { frame-bytes-max = 1GiB, silence-max = 3s }\ndynamo.resp.enabled = on"u8.ToArray(),
        "akka.loglevel = \"DEBUG\"\nakka.remote.dot-netty.tcp.port = 0\ndynamo.store.lsm.compression = brotli"u8.ToArray(),
    ];

    public static void Attempt(byte[] input)
    {
        try
        {
            var own = LayeredConfiguration.Of(ConfigurationText.Parse("fuzzed", Encoding.UTF8.GetString(input)));
            KnownKeys.Require(own, _reference.Config);
            var config = _reference.Under(own).Config;
            AkkaSettings.From(config);
            RespSettings.From(config, HttpSettings.From(config));
            NodeSettings.From(config);
            StoreSettings.From(config);
        }
        catch (Exception e) when (e is ConfigurationException or SettingException or StartFailure)
        {
            if (e.Message.Length == 0) throw new InvalidOperationException("It is refused without a reason", e);
        }
    }
}
