using System.ComponentModel;
using System.Diagnostics;

namespace DynamoActors.MultiNode.Tests.Namespaces;

/// <summary>iproute2's <c>ip</c>.</summary>
internal static class IpCommand
{
    /// <summary>What it printed.</summary>
    /// <exception cref="NamespacesUnavailable">It is not installed, or refused.</exception>
    public static string Run(string arguments)
    {
        try
        {
            var start = new ProcessStartInfo("ip", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? output : throw new NamespacesUnavailable($"ip {arguments}: {errors.Result.Trim()}");
        }
        catch (Win32Exception e)
        {
            throw new NamespacesUnavailable($"'ip' cannot be run ({e.Message}): install iproute2.");
        }
    }

    /// <summary>For what may be gone already.</summary>
    public static void Try(string arguments)
    {
        try
        {
            Run(arguments);
        }
        catch (NamespacesUnavailable)
        {
            // Then it is gone.
        }
    }
}
