namespace DynamoActors.Pbm.Asking;

/// <summary>Asks a cluster: through the first node that answers, or every one of its nodes.</summary>
internal sealed class ClusterClient(IReadOnlyList<Uri> addresses, TimeSpan timeout, NodeAccess access) : IDisposable
{
    private readonly HttpClient _http = access.Client(timeout);
    private readonly HttpClient _patient = access.Client(Timeout.InfiniteTimeSpan);
    private NodeClient? _found;

    /// <summary>The first of the nodes named that answers.</summary>
    public async Task<NodeClient> NodeAsync(CancellationToken stop)
    {
        if (_found is not null) return _found;
        List<string> refusals = [];
        foreach (var address in addresses)
        {
            var node = new NodeClient(_http, address);
            try
            {
                await node.PageAsync("cluster", NodePages.Default.ClusterPage, stop);
                return _found = node;
            }
            catch (PbmException e) when (e.ExitCode == ExitCodes.NoNode)
            {
                refusals.Add(e.Message);
            }
        }

        throw new PbmException(ExitCodes.NoNode, string.Join(Environment.NewLine, refusals));
    }

    /// <summary>Every member is asked at the same time; one that does not answer has a reason in the place of an answer.</summary>
    public async Task<IReadOnlyList<MemberAnswer<T>>> AllAsync<T>(Func<NodeClient, CancellationToken, Task<T>> ask, CancellationToken stop)
        where T : class
    {
        var (_, cluster) = await (await NodeAsync(stop)).PageAsync("cluster", NodePages.Default.ClusterPage, stop);
        return await Task.WhenAll(cluster.Members.Select(member => AskAsync(member, ask, stop)));
    }

    private async Task<MemberAnswer<T>> AskAsync<T>(ClusterMember member, Func<NodeClient, CancellationToken, Task<T>> ask,
        CancellationToken stop)
        where T : class
    {
        if (member.Http.Length == 0) return new(member.Name, null, "Nobody knows where it takes HTTP.");
        try
        {
            return new(member.Name, await ask(new NodeClient(_http, AddressOf(member.Http)), stop), null);
        }
        catch (PbmException e)
        {
            return new(member.Name, null, e.Message);
        }
    }

    /// <summary>The members, or the one of that name; without a client where nobody knows where it takes HTTP.</summary>
    /// <exception cref="PbmException">No member is called so.</exception>
    public async Task<IReadOnlyList<(string Name, NodeClient? Client)>> MembersAsync(string? name, CancellationToken stop)
    {
        var (_, cluster) = await (await NodeAsync(stop)).PageAsync("cluster", NodePages.Default.ClusterPage, stop);
        var members = cluster.Members.Where(member => name is null || member.Name == name)
            .Select(member => (member.Name, member.Http.Length == 0 ? null : new NodeClient(_http, AddressOf(member.Http))))
            .ToArray();
        return members.Length > 0 ? members
            : throw new PbmException(ExitCodes.Usage, $"No member is called {name}. 'pbm cluster show' names them.");
    }

    /// <summary>A member, for requests that take as long as they take: whoever asks sets an end to them.</summary>
    public NodeClient Patient(string http) => new(_patient, AddressOf(http));

    /// <summary>Members are asked as the first node was: over TLS or not.</summary>
    private Uri AddressOf(string http) => new($"{_found?.Address.Scheme ?? addresses[0].Scheme}://{http}/");

    /// <summary>The same, by its name.</summary>
    public async Task<NodeClient> PatientAsync(string name, CancellationToken stop)
    {
        var (_, page) = await (await NodeAsync(stop)).PageAsync("cluster", NodePages.Default.ClusterPage, stop);
        return Patient(page.Members.First(member => member.Name == name).Http);
    }

    public void Dispose()
    {
        _http.Dispose();
        _patient.Dispose();
    }
}

internal sealed record MemberAnswer<T>(string Name, T? Answer, string? Fault);
