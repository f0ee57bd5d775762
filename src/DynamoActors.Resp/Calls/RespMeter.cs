using System.Diagnostics.Metrics;
using DynamoActors.Node.Telemetry;
using DynamoActors.Resp.Protocol;

namespace DynamoActors.Resp.Calls;

/// <summary>How many commands ended how; docs/METRICS.md tells what that is for. Any thread may call.</summary>
internal sealed class RespMeter : IDisposable
{
    /// <summary>Of what is no command that there is.</summary>
    private const string Unknown = "unknown";

    /// <summary>As those of requests; what is not among the words below is the client's mistake.</summary>
    private static readonly string[] _outcomes = ["ok", "refused", "quorum_failed", "quorum_unknown", "overloaded", "not_ready"];

    private static readonly string[] _words = ["", "", "NOREPLICAS", "UNKNOWN", "BUSY", "LOADING"];

    private readonly string[] _commands;
    private readonly Dictionary<string, int> _places;
    private readonly long[] _counts;

    /// <summary>At present.</summary>
    public int Connections;

    internal Meter Meter { get; } = new(NodeMeter.Name);

    /// <param name="commands">The names of all that are counted by name.</param>
    public RespMeter(IEnumerable<string> commands)
    {
        _commands = [.. commands, Unknown];
        _places = _commands.Select((name, place) => (name, place)).ToDictionary(one => one.name, one => one.place);
        _counts = new long[_commands.Length * _outcomes.Length];
        Meter.CreateObservableCounter("dynamo.resp.commands", Read, "{command}", "Commands of Redis's clients, by how they ended.");
        Meter.CreateObservableGauge(
            "dynamo.resp.connections", () => Volatile.Read(ref Connections), "{connection}", "Connections of Redis's clients.");
    }

    public void Dispose() => Meter.Dispose();

    /// <param name="command">Its name; null: there is none of that name.</param>
    public void Answered(string? command, Reply reply) =>
        Interlocked.Increment(ref _counts[_places[command ?? Unknown] * _outcomes.Length + OutcomeOf(reply)]);

    private static int OutcomeOf(Reply reply)
    {
        if (reply is not ErrorReply error) return 0;
        var word = error.Text.AsSpan(0, error.Text.AsSpan().IndexOf(' ') is > 0 and var end ? end : error.Text.Length);
        for (var outcome = _words.Length - 1; outcome > 1; outcome--)
            if (word.SequenceEqual(_words[outcome])) return outcome;
        return 1;
    }

    /// <summary>Those that are not zero.</summary>
    private IEnumerable<Measurement<long>> Read()
    {
        for (var at = 0; at < _counts.Length; at++)
        {
            var count = Interlocked.Read(ref _counts[at]);
            if (count == 0) continue;
            yield return new Measurement<long>(count,
                new("command", _commands[at / _outcomes.Length]), new("outcome", _outcomes[at % _outcomes.Length]));
        }
    }
}
