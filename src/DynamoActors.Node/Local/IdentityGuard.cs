namespace DynamoActors.Node.Local;

/// <summary>
/// Closed until the peers that can be reached have been asked for the highest counter they saw of this data directory: before that, a new
/// dot might be one that an older life of the directory already issued.
/// </summary>
internal sealed class IdentityGuard
{
    private bool _confirmed;

    public bool Confirmed
    {
        get => Volatile.Read(ref _confirmed);
        set => Volatile.Write(ref _confirmed, value);
    }
}
