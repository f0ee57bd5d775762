using Akka.Configuration;
using Akka.Event;
using Akka.Remote;

namespace DynamoActors.Simulation.Engine;

/// <summary>Akka.Remote's own failure detector, in virtual time: <c>akka.cluster.failure-detector.implementation-class</c>.</summary>
public sealed class SimulatedFailureDetector(Config config, EventStream events) : PhiAccrualFailureDetector(
    config.GetDouble("threshold"), config.GetInt("max-sample-size"), config.GetTimeSpan("min-std-deviation"),
    config.GetTimeSpan("acceptable-heartbeat-pause"), config.GetTimeSpan("heartbeat-interval"), Virtual(events))
{
    private static Clock Virtual(EventStream _)
    {
        var simulation = SimulatedWorld.Current!;
        return () => (long)simulation.Now.TotalMilliseconds;
    }
}

/// <summary>Heartbeats carry a time of the real clock that nobody needs: a frame's length would depend on it.</summary>
internal static class Heartbeats
{
    private static readonly Type _heartbeat = typeof(Akka.Cluster.Cluster).Assembly.GetType(
        "Akka.Cluster.ClusterHeartbeatSender+Heartbeat", true)!;
    private static readonly Type _answer = typeof(Akka.Cluster.Cluster).Assembly.GetType(
        "Akka.Cluster.ClusterHeartbeatSender+HeartbeatRsp", true)!;

    public static object WithoutTime(object message) =>
        message is Akka.Actor.ActorSelectionMessage selection && selection.Message.GetType() == _heartbeat
            ? new Akka.Actor.ActorSelectionMessage(Copy(_heartbeat, selection.Message), selection.Elements, selection.WildCardFanOut)
        : message.GetType() == _heartbeat ? Copy(_heartbeat, message) : message.GetType() == _answer ? Copy(_answer, message) : message;

    private static object Copy(Type type, object message) =>
        Activator.CreateInstance(type, type.GetProperty("From")!.GetValue(message), type.GetProperty("SequenceNr")!.GetValue(message), 0L)!;
}
