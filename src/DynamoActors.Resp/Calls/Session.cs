using DynamoActors.Core.Security;
using DynamoActors.Http.Security;

namespace DynamoActors.Resp.Calls;

/// <summary>What a client has told about itself. Read and changed as its commands come, in their order.</summary>
internal sealed class Session(long id, string address, ShownCertificate shown)
{
    /// <summary>In the certificate that it has shown.</summary>
    public ReadOnlySpan<TokenHash> Names => shown.Names;

    public long Id { get; } = id;

    public string Address { get; } = address;

    /// <summary>Of the protocol, 2 or 3.</summary>
    public int Version { get; set; } = 2;

    public int Database { get; set; }

    /// <summary>So many in a row it has given that are not known.</summary>
    public int WrongTokens { get; set; }

    /// <summary>Of the token that the client has given; null: none yet.</summary>
    public TokenHash? Token { get; set; }

    public string Name { get; set; } = "";

    /// <summary>A MULTI was refused: what comes up to its EXEC or DISCARD belongs to it, and must not be done one by one.</summary>
    public bool IsInRefusedTransaction { get; set; }

    /// <summary>Nothing more is read.</summary>
    public bool HasQuit { get; set; }

    public void Reset()
    {
        Version = 2;
        Database = 0;
        Name = "";
        Token = null;
        IsInRefusedTransaction = false;
    }
}
