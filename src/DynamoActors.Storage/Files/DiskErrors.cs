namespace DynamoActors.Storage.Files;

/// <summary>Turns the operating system's errors into the store's own, which name the file and say what to do.</summary>
internal static class DiskErrors
{
    // What .NET puts into IOException.HResult: errno on Unix, a Win32 code wrapped in 0x8007xxxx on Windows.
    private const int NoSpaceUnix = 28;
    private const int QuotaLinux = 122;
    private const int QuotaMac = 69;
    private const int DiskFullWindows = unchecked((int)0x80070070);
    private const int HandleDiskFullWindows = unchecked((int)0x80070027);

    /// <summary>Null where the error is to be passed on as it is.</summary>
    public static StorageException? Translate(Exception error, string path) => error switch
    {
        StorageException => null,
        IOException full when IsFull(full.HResult) => Full(path, full),
        UnauthorizedAccessException => new StorageRefusedException(
            $"{path}: this process may not use it. Give its user the right to read and write there, or choose another directory.", error),
        _ => null,
    };

    public static StorageFullException Full(string path, Exception? inner = null) =>
        new($"No space on the disk for {path}. Free space or enlarge the disk; the write is tried again.", inner);

    private static bool IsFull(int code) => OperatingSystem.IsWindows()
        ? code is DiskFullWindows or HandleDiskFullWindows
        : code is NoSpaceUnix || (code == QuotaLinux && OperatingSystem.IsLinux()) || (code == QuotaMac && OperatingSystem.IsMacOS());
}
