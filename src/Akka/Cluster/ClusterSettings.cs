using System.Collections.Immutable;
using Akka.Actor;
using Akka.Configuration;
using Akka.Remote;

namespace Akka.Cluster;

/// <summary>The settings under <c>akka.cluster</c>; reference.conf says what each means.</summary>
public sealed class ClusterSettings
{
    private static readonly TimeSpan _weaklyUpAfterDefault = TimeSpan.FromSeconds(7);

    /// <exception cref="ConfigurationException">A value cannot be used; the message names its path.</exception>
    public ClusterSettings(Config config, string systemName)
    {
        var cluster = config.GetConfig("akka.cluster")
            ?? throw new ConfigurationException($"the configuration of actor system {systemName} has no section akka.cluster");
        FailureDetectorConfig = cluster.GetConfig("failure-detector");
        SeedNodes = [.. cluster.GetStringList("seed-nodes").Select(ParseSeedNode)];
        SeedNodeTimeout = cluster.GetTimeSpan("seed-node-timeout");
        RetryUnsuccessfulJoinAfter = TimeSpanOrOff(cluster, "retry-unsuccessful-join-after");
        ShutdownAfterUnsuccessfulJoinSeedNodes = TimeSpanOrOff(cluster, "shutdown-after-unsuccessful-join-seed-nodes");
        RunCoordinatedShutdownWhenDown = cluster.GetBoolean("run-coordinated-shutdown-when-down");
        Roles = cluster.GetStringList("roles").ToImmutableHashSet();
        MinNrOfMembers = AtLeast(1, cluster, "min-nr-of-members");
        MinNrOfMembersOfRole = cluster.GetConfig("role") is { IsEmpty: false } roles ? MembersPerRole(roles) : ImmutableDictionary<string, int>.Empty;
        AllowWeaklyUpMembers = !IsOff(cluster, "allow-weakly-up-members");
        WeaklyUpAfter = IsOn(cluster, "allow-weakly-up-members") ? _weaklyUpAfterDefault
            : AllowWeaklyUpMembers ? cluster.GetTimeSpan("allow-weakly-up-members") : TimeSpan.Zero;
        GossipInterval = cluster.GetTimeSpan("gossip-interval");
        LeaderActionsInterval = cluster.GetTimeSpan("leader-actions-interval");
        UnreachableNodesReaperInterval = cluster.GetTimeSpan("unreachable-nodes-reaper-interval");
        PruneTombstonesAfter = cluster.GetTimeSpan("prune-gossip-tombstones-after");
        HeartbeatInterval = FailureDetectorConfig.GetTimeSpan("heartbeat-interval");
        HeartbeatExpectedResponseAfter = FailureDetectorConfig.GetTimeSpan("expected-response-after");
        MonitoredByNrOfMembers = AtLeast(1, FailureDetectorConfig, "monitored-by-nr-of-members");
        DowningProviderClass = cluster.GetString("downing-provider-class");
        PhiAccrual = PhiAccrualSettings.Read(config, "akka.cluster.failure-detector");
        RequirePositive(GossipInterval, "akka.cluster.gossip-interval");
        RequirePositive(LeaderActionsInterval, "akka.cluster.leader-actions-interval");
        RequirePositive(UnreachableNodesReaperInterval, "akka.cluster.unreachable-nodes-reaper-interval");
    }

    public Config FailureDetectorConfig { get; }

    public ImmutableList<Address> SeedNodes { get; }

    public TimeSpan SeedNodeTimeout { get; }

    public TimeSpan? RetryUnsuccessfulJoinAfter { get; }

    public TimeSpan? ShutdownAfterUnsuccessfulJoinSeedNodes { get; }

    public bool RunCoordinatedShutdownWhenDown { get; }

    public ImmutableHashSet<string> Roles { get; }

    public int MinNrOfMembers { get; }

    public ImmutableDictionary<string, int> MinNrOfMembersOfRole { get; }

    public bool AllowWeaklyUpMembers { get; }

    public TimeSpan WeaklyUpAfter { get; }

    public TimeSpan GossipInterval { get; }

    public TimeSpan LeaderActionsInterval { get; }

    public TimeSpan UnreachableNodesReaperInterval { get; }

    public TimeSpan HeartbeatInterval { get; }

    public TimeSpan HeartbeatExpectedResponseAfter { get; }

    public int MonitoredByNrOfMembers { get; }

    internal TimeSpan PruneTombstonesAfter { get; }

    internal string DowningProviderClass { get; }

    internal PhiAccrualSettings PhiAccrual { get; }

    /// <summary>What must be equal on all nodes of a cluster; a node that differs is not let in.</summary>
    internal string MustAgree => $"downing-provider-class = {(DowningProviderClass == "" ? "none" : DowningProviderClass)}";

    internal MemberQuorum Quorum => new(MinNrOfMembers, MinNrOfMembersOfRole);

    private static Address ParseSeedNode(string text)
    {
        try
        {
            return Address.Parse(text);
        }
        catch (Exception e) when (e is UriFormatException or FormatException or ArgumentException)
        {
            throw new ConfigurationException($"akka.cluster.seed-nodes: \"{text}\" is no address; write it like \"akka.tcp://system@host:port\"");
        }
    }

    private static ImmutableDictionary<string, int> MembersPerRole(Config roles) => roles.AsEnumerable()
        .Select(role => role.Key)
        .Where(role => roles.HasPath($"\"{role}\".min-nr-of-members"))
        .ToImmutableDictionary(role => role, role => AtLeast(0, roles, $"\"{role}\".min-nr-of-members"));

    private static int AtLeast(int least, Config config, string path)
    {
        int value = config.GetInt(path);
        return value >= least ? value : throw new ConfigurationException($"akka.cluster: {path} is {value}; give at least {least}");
    }

    private static void RequirePositive(TimeSpan value, string path)
    {
        if (value <= TimeSpan.Zero) throw new ConfigurationException($"{path} is {value}; give a time above zero, such as 1s");
    }

    private static TimeSpan? TimeSpanOrOff(Config config, string path) => IsOff(config, path) ? null : config.GetTimeSpan(path);

    private static bool IsOff(Config config, string path) => config.GetString(path)?.ToLowerInvariant() is "off" or "false" or "no";

    private static bool IsOn(Config config, string path) => config.GetString(path)?.ToLowerInvariant() is "on" or "true" or "yes";
}
