using DynamoActors.Core.Security;
using DynamoActors.Node.Requests;

namespace DynamoActors.Http.Security;

/// <summary>What an operation asks of whoever sends it.</summary>
internal enum Right
{
    /// <summary>Nobody has thought about it: as <see cref="Admin"/>.</summary>
    Undeclared,

    /// <summary>Nothing.</summary>
    Open,

    /// <summary>Any token: the cluster and its figures are seen, nothing that is stored.</summary>
    Known,

    /// <summary>The role over the keys that it names; asked where they are known (<see cref="AccessControl.Refusal"/>).</summary>
    Keys,

    /// <summary>To read in the whole of a bucket.</summary>
    BucketRead,

    /// <summary>To administer a bucket.</summary>
    BucketAdmin,

    /// <summary>To administer everything.</summary>
    Admin,
}

/// <summary>The door of both front ends: tells who asks from what came with the request.</summary>
/// <param name="admin">Of the token in this node's file, which may everything.</param>
public sealed class AccessControl(TokenHash admin, TimeProvider time)
{
    private readonly Caller _admin = new("admin-token-file", [new Grant(Role.Admin, null, default)]);

    internal TimeProvider Time => time;

    /// <summary>Null: no token of this cluster, or none any more.</summary>
    public Caller? Find(TokenTable tokens, in TokenHash hash)
    {
        var caller = hash == admin ? _admin : tokens.Find(hash);
        return caller?.Ends is { } ends && time.GetUtcNow().ToUnixTimeMilliseconds() >= ends ? null : caller;
    }

    /// <summary>By the first of a certificate's names that is known; null: by none.</summary>
    public Caller? Find(TokenTable tokens, ReadOnlySpan<TokenHash> names)
    {
        foreach (var name in names)
            if (Find(tokens, name) is { } caller) return caller;
        return null;
    }

    /// <summary>Every request for what is stored, of either front end and in a batch, is looked at here before the node gets it.</summary>
    internal static AccessDenied? Refusal(Caller? caller, ClientRequest request)
    {
        if (ReferenceEquals(caller, Caller.Anyone)) return null;
        var role = request is PutObject ? Role.Write : Role.Read;
        return caller?.May(role, request.Bucket, request.Key.Span) == true ? null : new AccessDenied(role, request.Bucket);
    }
}

/// <summary>Whoever asked may not. Nothing was done.</summary>
/// <param name="Bucket">Null: the cluster; empty: all buckets.</param>
internal sealed record AccessDenied(Role Role, string? Bucket) : ClientOutcome
{
    public string Reason => $"This token or certificate does not have the right to {Verb} {Where}. Ask whoever administers "
        + "the cluster for one that has (pbm token create).";

    private string Verb => Role switch { Role.Read => "read", Role.Write => "write", _ => "administer" };

    private string Where => Bucket switch
    {
        null => "the cluster (admin:*)",
        ListKeys.Buckets => "all buckets (read:*)",
        _ => $"these keys of the bucket '{Bucket}' ({Role.ToString().ToLowerInvariant()}:{Uri.EscapeDataString(Bucket)})",
    };
}
