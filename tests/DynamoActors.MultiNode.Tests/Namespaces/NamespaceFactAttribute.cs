namespace DynamoActors.MultiNode.Tests.Namespaces;

/// <summary>
/// A test that gives nodes network namespaces or mounts of their own. Only root can make them: others see it skipped; for root it fails
/// where they cannot be made.
/// </summary>
internal sealed class NamespaceFactAttribute : FactAttribute
{
    public NamespaceFactAttribute()
    {
        if (!Environment.IsPrivilegedProcess) Skip = "It needs network namespaces or mounts of its own, which only root can make.";
    }
}
