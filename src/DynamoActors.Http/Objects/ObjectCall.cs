using Microsoft.AspNetCore.Http;

namespace DynamoActors.Http.Objects;

/// <summary>What the answer to a request for an object depends on, besides its outcome.</summary>
internal readonly record struct ObjectCall(string Method, IReadOnlyList<string>? IfMatch, IReadOnlyList<string>? IfNoneMatch,
    bool ReturnBody)
{
    public bool IsDelete => HttpMethods.IsDelete(Method);

    public bool IsWrite => IsDelete || HttpMethods.IsPut(Method);
}
