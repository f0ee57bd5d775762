using Akka.Configuration;

namespace Akka.Remote;

/// <summary>The settings under <c>akka.remote</c>, read once. Each is explained in reference.conf.</summary>
internal sealed class RemoteSettings
{
    private const string Tcp = "akka.remote.dot-netty.tcp.";

    public RemoteSettings(Config config)
    {
        Hostname = OrElse(config.GetString(Tcp + "hostname"), "127.0.0.1");
        Port = InRange(config, Tcp + "port", 0, 65_535);
        PublicHostname = OrElse(config.GetString(Tcp + "public-hostname"), Hostname);
        PublicPort = InRange(config, Tcp + "public-port", 0, 65_535);
        ConnectionTimeout = Positive(config, Tcp + "connection-timeout");
        MaximumFrameBytes = Size(config, Tcp + "maximum-frame-size", 1024, 1 << 30);
        SendBufferBytes = Size(config, Tcp + "send-buffer-size", 0, 1 << 30);
        ReceiveBufferBytes = Size(config, Tcp + "receive-buffer-size", 0, 1 << 30);
        Backlog = InRange(config, Tcp + "backlog", 1, 65_535);
        SendQueueMessages = InRange(config, "akka.remote.send-queue-messages", 1, int.MaxValue);
        SendQueueBytes = Size(config, "akka.remote.send-queue-size", 1024, int.MaxValue);
        RetryGateClosedFor = config.GetTimeSpan("akka.remote.retry-gate-closed-for", allowInfinite: false);
        ResendInterval = Positive(config, "akka.remote.resend-interval");
        SystemMessageDeliveryTimeout = Positive(config, "akka.remote.initial-system-message-delivery-timeout");
        SystemMessageBufferSize = InRange(config, "akka.remote.system-message-buffer-size", 1, int.MaxValue);
        FlushWait = config.GetTimeSpan("akka.remote.flush-wait-on-shutdown", allowInfinite: false);
        LogLifecycleEvents = config.GetBoolean("akka.remote.log-remote-lifecycle-events");
        SignOfLifeInterval = Positive(config, "akka.remote.transport-failure-detector.heartbeat-interval");
        SignOfLifePause = Positive(config, "akka.remote.transport-failure-detector.acceptable-heartbeat-pause");
        WatchHeartbeatInterval = Positive(config, "akka.remote.watch-failure-detector.heartbeat-interval");
        WatchReaperInterval = Positive(config, "akka.remote.watch-failure-detector.unreachable-nodes-reaper-interval");
        WatchFirstHeartbeat = Positive(config, "akka.remote.watch-failure-detector.expected-response-after");
        WatchPhiAccrual = PhiAccrualSettings.Read(config, "akka.remote.watch-failure-detector");
    }

    public string Hostname { get; }
    public int Port { get; }
    public string PublicHostname { get; }
    public int PublicPort { get; }
    public TimeSpan ConnectionTimeout { get; }
    public int MaximumFrameBytes { get; }
    public int SendBufferBytes { get; }
    public int ReceiveBufferBytes { get; }
    public int Backlog { get; }
    public int SendQueueMessages { get; }
    public int SendQueueBytes { get; }
    public TimeSpan RetryGateClosedFor { get; }
    public TimeSpan ResendInterval { get; }
    public TimeSpan SystemMessageDeliveryTimeout { get; }
    public int SystemMessageBufferSize { get; }
    public TimeSpan FlushWait { get; }
    public bool LogLifecycleEvents { get; }
    public TimeSpan SignOfLifeInterval { get; }
    public TimeSpan SignOfLifePause { get; }
    public TimeSpan WatchHeartbeatInterval { get; }
    public TimeSpan WatchReaperInterval { get; }
    public TimeSpan WatchFirstHeartbeat { get; }
    public PhiAccrualSettings WatchPhiAccrual { get; }

    private static string OrElse(string text, string otherwise) => string.IsNullOrEmpty(text) ? otherwise : text;

    private static int InRange(Config config, string path, int min, int max)
    {
        var value = config.GetInt(path);
        return value >= min && value <= max ? value : throw new ConfigurationException($"{path} is {value}: it has to be between {min} and {max}");
    }

    private static int Size(Config config, string path, int min, int max)
    {
        var value = config.GetByteSize(path) ?? 0;
        return value >= min && value <= max ? (int)value : throw new ConfigurationException($"{path} is {value} bytes: it has to be between {min} and {max}");
    }

    private static TimeSpan Positive(Config config, string path)
    {
        var value = config.GetTimeSpan(path, allowInfinite: false);
        return value > TimeSpan.Zero ? value : throw new ConfigurationException($"{path} is {value}: it has to be longer than zero");
    }
}
