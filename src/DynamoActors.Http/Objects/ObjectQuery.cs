using System.Globalization;
using DynamoActors.Core.Quorum;
using DynamoActors.Http.Answers;
using DynamoActors.Http.Problems;
using DynamoActors.Http.Targets;
using Microsoft.AspNetCore.Http;

namespace DynamoActors.Http.Objects;

/// <summary>The query of a request for an object. Each method has its own parameters; one of another method is as unknown as any.</summary>
internal sealed class ObjectQuery(string method)
    : QueryParameters(HttpMethods.IsPut(method) ? OfPuts : HttpMethods.IsDelete(method) ? OfDeletions
        : HttpMethods.IsPost(method) ? OfAdditions : OfReads)
{
    private static readonly string[] OfReads = Parameter.NamesOf(Parameter.OfReads);
    private static readonly string[] OfDeletions = Parameter.NamesOf(Parameter.OfDeletions);
    private static readonly string[] OfAdditions = Parameter.NamesOf(Parameter.OfAdditions);
    private static readonly string[] OfPuts = Parameter.NamesOf(Parameter.OfPuts);
    private const string QuorumExpected = "a number from 1 up, one, quorum or all";

    private int? _n;
    private QuorumSetting? _r, _w, _pr, _pw, _dw;
    private Consistency? _consistency;

    public QuorumOverrides Quorum => new(_n, _r, _w, _pr, _pw, _dw, _consistency);

    /// <summary>Of the version written; null: the bucket's.</summary>
    public TimeSpan? Ttl { get; private set; }

    public bool ReturnBody { get; private set; }

    /// <summary>Whether it says <c>op=add</c>.</summary>
    public bool IsAddition { get; private set; }

    /// <summary>What to add.</summary>
    public long? By { get; private set; }

    /// <summary>As it was sent.</summary>
    public string? Context { get; private set; }

    protected override Problem? Take(string name, string value)
    {
        switch (name)
        {
            case "n": return TakeN(value);
            case "r": return TakeSetting(name, value, ref _r);
            case "w": return TakeSetting(name, value, ref _w);
            case "pr": return TakeSetting(name, value, ref _pr);
            case "pw": return TakeSetting(name, value, ref _pw);
            case "dw": return TakeSetting(name, value, ref _dw);
            case "consistency": return TakeConsistency(value);
            case "returnbody": return TakeReturnBody(value);
            case "context":
                Context = value;
                return null;
            case "ttl": return TakeTtl(value);
            case "op":
                IsAddition = value == "add";
                return IsAddition ? null : RequestProblems.BadParameter("op", value, "add");
            case "by": return TakeBy(value);
            default: throw new InvalidOperationException($"The parameter {name} is known, and nothing takes it.");
        }
    }

    private Problem? TakeN(string value)
    {
        if (!WholeNumber.TryParse(value, int.MaxValue, out var n)) return RequestProblems.BadParameter("n", value, "a number from 1 up");
        _n = (int)n;
        return null;
    }

    private static Problem? TakeSetting(string name, string value, ref QuorumSetting? setting)
    {
        if (!WholeNumber.TryParse(value, out QuorumSetting parsed)) return RequestProblems.BadParameter(name, value, QuorumExpected);
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

    private Problem? TakeBy(string value)
    {
        // As Redis takes them: no sign but a minus, no blanks, no leading zeros.
        if (!long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var by)
            || by.ToString(CultureInfo.InvariantCulture) != value)
            return RequestProblems.BadParameter("by", value, "a whole number of 64 bits, in digits, behind a minus where it is negative");
        By = by;
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
}
