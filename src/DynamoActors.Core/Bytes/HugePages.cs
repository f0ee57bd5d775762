using System.Runtime.InteropServices;

namespace DynamoActors.Core.Bytes;

/// <summary>
/// Advice to the system, which it may not take, to keep an array in pages of 2 MiB: it hands out and clears one at a time, and a search
/// that touches the array all over looks up fewer.
/// </summary>
public static partial class HugePages
{
    private const int HugePage = 2 << 20;
    private const int AdviseHugePage = 14;

    /// <summary>Nothing is advised of one that cannot hold such a page.</summary>
    public static unsafe void Advise(byte[] array)
    {
        if (!OperatingSystem.IsLinux() || array.Length < HugePage) return;
        nint page = Environment.SystemPageSize;
        fixed (byte* first = array)
        {
            var from = ((nint)first + page - 1) & -page;
            var length = ((nint)first + array.Length & -page) - from;
            Advise(from, (nuint)length, AdviseHugePage);
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nuint length, int advice);
}
