namespace DynamoActors.Storage;

/// <summary>What a storage engine refuses or finds broken; the message says what happened, to which file, and what to do.</summary>
public abstract class StorageException(string message, Exception? inner = null) : IOException(message, inner);

/// <summary>No space on the disk. Nothing was lost; the same call may succeed once there is space.</summary>
public sealed class StorageFullException(string message, Exception? inner = null) : StorageException(message, inner);

/// <summary>Writes come faster than the background work; the batch was not applied.</summary>
public sealed class StorageOverloadedException(string message) : StorageException(message);

/// <summary>A file does not hold what was written to it.</summary>
public sealed class StorageCorruptException(string file, long offset, string what)
    : StorageException($"{file} is damaged at offset {offset}: {what}")
{
    public string File { get; } = file;
    public long Offset { get; } = offset;
}

/// <summary>The directory cannot be used: locked by another process, of another engine, of a newer format, unwritable.</summary>
public sealed class StorageRefusedException(string message, Exception? inner = null) : StorageException(message, inner);

/// <summary>A sync failed, so what reached the disk is unknown: the engine takes no more writes until it is opened again.</summary>
public sealed class StorageFailedException(string message, Exception? inner = null) : StorageException(message, inner);
