using System.Collections.Immutable;
using System.Text;
using DynamoActors.Core.Versioning;

namespace DynamoActors.MultiNode.Tests.Load;

/// <summary>What the one client that writes a key was told about its writes. Every attempt writes another value.</summary>
/// <param name="name">As in the URL.</param>
/// <param name="withContext">Its writes name what they replace; else they replace what the coordinator finds.</param>
internal sealed class WrittenKey(string name, bool withContext)
{
    private const string Bucket = "default";

    private readonly List<string> _told = [];
    private int _attempts;
    private ImmutableHashSet<string> _unknownAndBlind = [];
    private ImmutableHashSet<string> _uncovered = [];

    public string Name { get; } = name;

    /// <summary>Joined from every acknowledged write.</summary>
    public VersionVector Acknowledged { get; private set; } = VersionVector.Empty;

    public string? LastAcknowledged { get; private set; }

    /// <summary>Attempts of which nobody knows whether they were, or still will be, written.</summary>
    public ImmutableHashSet<string> Unknown { get; private set; } = [];

    public string? ContextToSend =>
        withContext && !Acknowledged.IsEmpty ? ContextText.ToText(Acknowledged, Bucket, Encoding.ASCII.GetBytes(Name)) : null;

    public string NextValue() => $"{Name} attempt {++_attempts}";

    /// <summary>
    /// Where an attempt of unknown outcome stands beside it, written by the same owner, the context that comes with a write does not cover
    /// the write itself: a vector would cover that attempt, too. Then it stays as a sibling, beside what is written next.
    /// </summary>
    public void Acknowledge(string value, string context)
    {
        var told = ContextIn(context);
        if (Acknowledged.Covers(told)) _uncovered = _uncovered.Add(value);
        Acknowledged = Acknowledged.Join(told);
        LastAcknowledged = value;
    }

    public VersionVector ContextIn(string text) =>
        ContextText.TryParse(text, Bucket, Encoding.ASCII.GetBytes(Name), out var vector, out var error) ? vector
            : throw new InvalidOperationException($"{Name} was answered with the context {text}: {error}");

    /// <summary>Remembers what a request was answered with, for whoever has to find out why it went wrong.</summary>
    public void Told(int node, string value, string answer) =>
        _told.Add($"{DateTime.UtcNow:HH:mm:ss.fff} {value} at node{node}: {answer}");

    /// <param name="context">What it was sent with.</param>
    public void MayHaveWritten(string value, string? context)
    {
        Unknown = Unknown.Add(value);
        if (context is null) _unknownAndBlind = _unknownAndBlind.Add(value);
    }

    /// <summary>
    /// Null if a read may answer this. The last acknowledged version is there: only an attempt without a context whose outcome is unknown
    /// may have replaced it, for it may run late. Beside it nothing but unknown attempts, and what these kept from being superseded.
    /// </summary>
    public string? WhyWrong(IReadOnlyCollection<string> values)
    {
        if (LastAcknowledged is not { } last) return null;
        if (values.FirstOrDefault(value => value != last && !Unknown.Contains(value) && !_uncovered.Contains(value)) is { } strange)
            return $"'{strange}' was replaced by '{last}' or never written{History}";
        if (values.Contains(last) || values.Any(_unknownAndBlind.Contains)) return null;
        return $"'{last}' was acknowledged and is missing{History}";
    }

    private string History => string.Concat(_told.Select(told => $"\n    {told}"));
}
