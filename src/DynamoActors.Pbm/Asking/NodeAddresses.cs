namespace DynamoActors.Pbm.Asking;

/// <summary>Which nodes to ask: any will do, and the first that answers does.</summary>
internal static class NodeAddresses
{
    public const string Default = "127.0.0.1:8081";

    private const string FileName = "nodes";

    /// <summary>From the command line, else <c>PBM_NODE</c>, else the file <c>nodes</c> of the settings, else this machine's usual
    /// one.</summary>
    /// <param name="given">host:port, or several with commas between them.</param>
    public static IReadOnlyList<Uri> Of(string? given, PbmEnvironment environment)
    {
        var file = Path.Combine(environment.Directory, FileName);
        var (text, origin) = given is not null ? (given, "--node")
            : environment.Node is { Length: > 0 } variable ? (variable, "PBM_NODE")
            : File.Exists(file) ? (WithoutComments(file), file)
            : (Default, "the default");
        Uri[] addresses = [.. text.Split([',', '\n', ' '], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(one => AddressOf(one, origin))];
        return addresses.Length > 0 ? addresses
            : throw new PbmException(ExitCodes.Usage, $"{origin} names no node. Give host:port, such as {Default}.");
    }

    private static Uri AddressOf(string text, string origin)
    {
        var url = text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}";
        return Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.Host.Length > 0
            ? new UriBuilder(address) { Path = "/", Query = "", Port = HasPort(url, address) ? address.Port : 8081 }.Uri
            : throw new PbmException(ExitCodes.Usage,
                $"'{text}' (from {origin}) is no address of a node. Give host:port, such as {Default}.");
    }

    private static bool HasPort(string url, Uri address) =>
        !address.IsDefaultPort || url.TrimEnd('/').EndsWith($":{address.Port}", StringComparison.Ordinal);

    private static string WithoutComments(string file) =>
        string.Join('\n', File.ReadLines(file).Select(line => line.Split('#')[0]));
}
