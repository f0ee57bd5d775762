using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace DynamoActors.Http.Answers;

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record NewToken(
    [property: Description("For people: what the token is for, 1 to 100 characters.")] string Name,
    [property: Description("Such as read:carts, write:users/eu-, admin:*; none: the cluster and its figures are seen, and nothing that "
        + "is stored.")]
    string[] Allow)
{
    [Description("In how many seconds the token ends; null: never.")]
    public long? Ttl { get; init; }

    [Description("The name in a client's certificate that stands in the place of a secret: its subject, such as CN=shop, or a host, URI or "
        + "mail address that it is for. Null: a token is made.")]
    public string? Certificate { get; init; }

    [Description("That each node takes; 0: any number.")]
    public int RequestsPerSecond { get; init; }

    [Description("Of values sent and received, at each node; 0: any number.")]
    public long BytesPerSecond { get; init; }
}

internal sealed record TokenMade(
    string Id,
    string Name,
    [property: Description("Shown this once: nobody keeps it. Null where a certificate stands in its place.")] string? Token,
    IEnumerable<string> Allow,
    [property: DataType(DataType.DateTime)] string? Ends);

internal sealed record TokenShown(
    string Id,
    string Name,
    IEnumerable<string> Allow,
    [property: DataType(DataType.DateTime)] string? Made,
    [property: DataType(DataType.DateTime)] string? Ends,
    int RequestsPerSecond,
    long BytesPerSecond,
    string? Certificate,
    bool Revoked);

internal sealed record TokensShown(IEnumerable<TokenShown> Tokens);

internal sealed record AuditShown(string Node, IEnumerable<AuditEntryShown> Entries);

internal sealed record AuditEntryShown(
    [property: DataType(DataType.DateTime)] string? At,
    [property: Description("The name and the id of a token or of what counts as one; anyone, where access is not controlled.")] string Who,
    string Method,
    string Target,
    int Status);
