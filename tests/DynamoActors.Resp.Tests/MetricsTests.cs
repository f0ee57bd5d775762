using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using DynamoActors.Node.Requests;

namespace DynamoActors.Resp.Tests;

/// <summary>What an operator sees of Redis's clients.</summary>
public sealed class MetricsTests(NodeFixture fixture) : RespFixture(fixture)
{
    [Fact]
    public void Commands_are_counted_by_name_and_by_how_they_ended()
    {
        Client.Ask("SET counted a").ShouldBe("OK");
        Client.Ask("get counted").ShouldBe("\"a\"");
        Client.Ask("GET counted").ShouldBe("\"a\"");
        Client.Ask("GET");
        Client.Ask("APPEND a b");
        Client.Ask("NOSUCH");
        foreach (var outcome in (ClientOutcome[])[
            new QuorumNotReached("w", 2, 1, Unknown: true, TimedOut: false),
            new QuorumNotReached("w", 2, 1, Unknown: false, TimedOut: false),
            new NodeNotReady("It is starting."), new RequestRefused("w", "It is above n.")])
        {
            Node.Takes = request =>
            {
                request.Client.Complete(outcome);
                return true;
            };
            Client.Ask("SET counted a").ShouldStartWith("(error)");
        }

        var read = Read();
        read["get ok"].ShouldBe(2);
        read["get refused"].ShouldBe(1);
        read["unknown refused"].ShouldBe(2);
        foreach (var outcome in (string[])["ok", "quorum_unknown", "quorum_failed", "not_ready", "refused"])
            read[$"set {outcome}"].ShouldBe(1, outcome);
        read["connections"].ShouldBe(1);
        using (var other = Connect())
        {
            other.Ask("PING");
            Read()["connections"].ShouldBe(2);
        }
    }

    /// <summary>Of this test's front end alone: others have meters of their own.</summary>
    private Dictionary<string, long> Read()
    {
        var read = new ConcurrentDictionary<string, long>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, to) =>
        {
            if (ReferenceEquals(instrument.Meter, Meter)) to.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => read[$"{tags[0].Value} {tags[1].Value}"] = value);
        listener.SetMeasurementEventCallback<int>((_, value, _, _) => read["connections"] = value);
        listener.Start();
        listener.RecordObservableInstruments();
        return read.ToDictionary();
    }
}
