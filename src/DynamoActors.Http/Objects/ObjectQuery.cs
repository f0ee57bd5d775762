using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using DynamoActors.Core.Quorum;
using DynamoActors.Http.Answers;
using DynamoActors.Http.Problems;
using DynamoActors.Http.Targets;
using Microsoft.AspNetCore.Http;

namespace DynamoActors.Http.Objects;

/// <summary>The query of a request for an object. Each method has its own parameters; one of another method is as unknown as any.</summary>
internal sealed class ObjectQuery
{
    private static readonly string[] OfReads = Parameter.NamesOf(Parameter.OfReads);
    private static readonly string[] OfDeletions = Parameter.NamesOf(Parameter.OfDeletions);
    private static readonly string[] OfPuts = Parameter.NamesOf(Parameter.OfPuts);
    private const string QuorumExpected = "a number from 1 up, one, quorum or all";

    private readonly HashSet<string> _seen = [];
    private readonly string[] _known;
    private int? _n;
    private QuorumSetting? _r, _w, _pr, _pw, _dw;
    private Consistency? _consistency;

    private ObjectQuery(string method) =>
        _known = HttpMethods.IsPut(method) ? OfPuts : HttpMethods.IsDelete(method) ? OfDeletions : OfReads;

    public QuorumOverrides Quorum => new(_n, _r, _w, _pr, _pw, _dw, _consistency);

    public TimeSpan? Timeout { get; private set; }

    /// <summary>Of the version written; null: the bucket's.</summary>
    public TimeSpan? Ttl { get; private set; }

    public bool ReturnBody { get; private set; }

    /// <summary>As it was sent.</summary>
    public string? Context { get; private set; }

    public static bool TryRead(string method, ReadOnlySpan<char> query, out ObjectQuery read, [NotNullWhen(false)] out Problem? problem)
    {
        read = new ObjectQuery(method);
        problem = null;
        var reader = new QueryReader(query);
        while (problem == null && reader.MoveNext()) problem = read.Take(reader.Name, reader.Value);
        return problem == null;
    }

    private Problem? Take(ReadOnlySpan<char> encodedName, ReadOnlySpan<char> encodedValue)
    {
        if (!PercentEncoding.TryDecodeText(encodedName, out var name, out var position))
            return RequestProblems.BrokenEncoding("query", position);
        if (!PercentEncoding.TryDecodeText(encodedValue, out var value, out position))
            return RequestProblems.BrokenEncoding(name, position);
        return _seen.Add(name) ? Take(name, value) : RequestProblems.RepeatedParameter(name);
    }

    private Problem? Take(string name, string value)
    {
        if (Array.IndexOf(_known, name) < 0) return RequestProblems.UnknownParameter(name, string.Join(", ", _known));
        switch (name)
        {
            case "n": return TakeN(value);
            case "r": return TakeSetting(name, value, ref _r);
            case "w": return TakeSetting(name, value, ref _w);
            case "pr": return TakeSetting(name, value, ref _pr);
            case "pw": return TakeSetting(name, value, ref _pw);
            case "dw": return TakeSetting(name, value, ref _dw);
            case "consistency": return TakeConsistency(value);
            case "timeout": return TakeTimeout(value);
            case "returnbody": return TakeReturnBody(value);
            case "context":
                Context = value;
                return null;
            case "ttl": return TakeTtl(value);
            default: throw new InvalidOperationException($"The parameter {name} is known, and nothing takes it.");
        }
    }

    private Problem? TakeN(string value)
    {
        if (!TryParseNumber(value, int.MaxValue, out var n)) return RequestProblems.BadParameter("n", value, "a number from 1 up");
        _n = n;
        return null;
    }

    private static Problem? TakeSetting(string name, string value, ref QuorumSetting? setting)
    {
        if (!QuorumSetting.TryParse(value, out var parsed, out _)) return RequestProblems.BadParameter(name, value, QuorumExpected);
        setting = parsed;
        return null;
    }

    private Problem? TakeConsistency(string value)
    {
        _consistency = value switch
        {
            "fast" => Consistency.Fast,
            "quorum" => Consistency.Quorum,
            "strong" => Consistency.Strong,
            _ => null,
        };
        return _consistency == null ? RequestProblems.BadParameter("consistency", value, "fast, quorum or strong") : null;
    }

    private Problem? TakeTimeout(string value)
    {
        if (!TryParseNumber(value, Parameter.TimeoutMillisecondsMax, out var milliseconds))
            return RequestProblems.BadParameter("timeout", value, $"a number of milliseconds from 1 to {Parameter.TimeoutMillisecondsMax}");
        Timeout = TimeSpan.FromMilliseconds(milliseconds);
        return null;
    }

    private Problem? TakeTtl(string value)
    {
        if (!TimeToLive.TryParse(value, out var ttl)) return RequestProblems.BadParameter("ttl", value, TimeToLive.Expected);
        Ttl = ttl;
        return null;
    }

    private Problem? TakeReturnBody(string value)
    {
        if (value is not ("true" or "false")) return RequestProblems.BadParameter("returnbody", value, "true or false");
        ReturnBody = value == "true";
        return null;
    }

    private static bool TryParseNumber(string value, int max, out int number) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= 1 && number <= max;
}
