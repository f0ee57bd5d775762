using System.Runtime.InteropServices;

namespace DynamoActors.Storage.Files;

/// <summary>Turns the operating system's errors into the store's own, which name the file and say what to do.</summary>
internal static class DiskErrors
{
    // What .NET puts into IOException.HResult: errno on Unix, a Win32 code wrapped in 0x8007xxxx on Windows.
    private const int NotPermittedUnix = 1;
    private const int NotThereUnix = 2;
    private const int AccessDeniedUnix = 13;
    private const int NoSpaceUnix = 28;
    private const int ReadOnlyUnix = 30;
    private const int QuotaLinux = 122;
    private const int QuotaMac = 69;
    private const int TryAgainLinux = 11;
    private const int TryAgainMac = 35;
    private const int DiskFullWindows = unchecked((int)0x80070070);
    private const int HandleDiskFullWindows = unchecked((int)0x80070027);
    private const int WriteProtectedWindows = unchecked((int)0x80070013);
    private const int SharingViolationWindows = unchecked((int)0x80070020);

    /// <summary>Null where the error is to be passed on as it is.</summary>
    public static StorageException? Translate(Exception error, string path) => error switch
    {
        StorageException => null,
        IOException full when IsFull(full.HResult) => Full(path, full),
        IOException readOnly when IsReadOnly(readOnly.HResult) => new StorageRefusedException(
            $"{path}: the disk is mounted read-only. Mount it for writing (after an error of the disk the kernel may have changed that by "
            + "itself: its log says so), or choose another directory.", readOnly),
        UnauthorizedAccessException => Refused(path, error),
        _ => null,
    };

    public static T Translating<T>(string path, Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Exception e) when (Translate(e, path) is { } translated)
        {
            throw translated;
        }
    }

    public static void Translating(string path, Action call) => Translating(path, () =>
    {
        call();
        return true;
    });

    public static StorageFullException Full(string path, Exception? inner = null) =>
        new($"No space on the disk for {path}. Free space or enlarge the disk.", inner);

    /// <summary>
    /// A failed sync is never "full", whatever its error number says: the pages that found no space are dropped, and no later sync brings
    /// them back.
    /// </summary>
    public static IOException SyncFailed(string path, int error) => new(
        $"{path} cannot be synced: {Marshal.GetPInvokeErrorMessage(error)} ({error}). "
        + "What was written to it since its last sync may be lost.",
        error);

    public static IOException OfLastCall(string what, string path)
    {
        var error = new IOException($"{what}: {Marshal.GetLastPInvokeErrorMessage()}.", Marshal.GetLastPInvokeError());
        return error.HResult switch
        {
            NotThereUnix => new FileNotFoundException(error.Message, path),
            NotPermittedUnix or AccessDeniedUnix => Refused(path, error),
            _ => Translate(error, path) ?? error,
        };
    }

    /// <summary>Another handle has the file for itself.</summary>
    public static bool IsInUse(IOException error) => OperatingSystem.IsWindows()
        ? error.HResult == SharingViolationWindows
        : error.HResult == (OperatingSystem.IsMacOS() ? TryAgainMac : TryAgainLinux);

    private static StorageRefusedException Refused(string path, Exception error) => new(
        $"{path}: this process may not use it. Give its user the right to read and write there, or choose another directory.", error);

    private static bool IsFull(int code) => OperatingSystem.IsWindows()
        ? code is DiskFullWindows or HandleDiskFullWindows
        : code is NoSpaceUnix || (code == QuotaLinux && OperatingSystem.IsLinux()) || (code == QuotaMac && OperatingSystem.IsMacOS());

    private static bool IsReadOnly(int code) => code == (OperatingSystem.IsWindows() ? WriteProtectedWindows : ReadOnlyUnix);
}
