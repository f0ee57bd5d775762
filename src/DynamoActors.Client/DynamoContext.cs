namespace DynamoActors.Client;

/// <summary>
/// What an answer knows of a key's history: opaque, and good for that key alone. A write that carries it supersedes exactly what was read;
/// what others wrote meanwhile stays beside it.
/// </summary>
/// <param name="Text">As it travels; null: none.</param>
public readonly record struct DynamoContext(string? Text)
{
    /// <summary>Of a write that follows no read: it replaces whatever is there.</summary>
    public static DynamoContext None => default;

    /// <summary>Whether it is that of no read.</summary>
    public bool IsNone => Text is null;

    /// <inheritdoc/>
    public override string ToString() => Text ?? "none";
}
