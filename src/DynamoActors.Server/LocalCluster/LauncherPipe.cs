using System.IO.Hashing;
using System.IO.Pipes;
using System.Text;
using DynamoActors.Server.Startup;

namespace DynamoActors.Server.LocalCluster;

/// <summary>
/// How <c>local-cluster add</c> and <c>remove</c> reach the process that runs the nodes of a data directory: a line there, a line back.
/// </summary>
internal static class LauncherPipe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Waits for the next line, and answers it.</summary>
    public static async Task ServeAsync(string dataDirectory, Func<string, string> answer, CancellationToken stop)
    {
        await using var pipe = new NamedPipeServerStream(NameOf(dataDirectory), PipeDirection.InOut, 1, PipeTransmissionMode.Byte,
            PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
        await pipe.WaitForConnectionAsync(stop);
        try
        {
            using var reader = new StreamReader(pipe, leaveOpen: true);
            await using var writer = new StreamWriter(pipe, leaveOpen: true) { AutoFlush = true };
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
            deadline.CancelAfter(Patience);
            if (await reader.ReadLineAsync(deadline.Token) is { } line) await writer.WriteLineAsync(answer(line));
        }
        catch (Exception e) when (e is IOException || e is OperationCanceledException && !stop.IsCancellationRequested)
        {
            // Whoever asked has gone.
        }
    }

    /// <exception cref="StartFailure">No local cluster runs with that directory.</exception>
    public static async Task<string> AskAsync(string dataDirectory, string line, CancellationToken stop)
    {
        try
        {
            await using var pipe = new NamedPipeClientStream(".", NameOf(dataDirectory), PipeDirection.InOut,
                PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
            await pipe.ConnectAsync(Patience, stop);
            await using var writer = new StreamWriter(pipe, leaveOpen: true) { AutoFlush = true };
            using var reader = new StreamReader(pipe, leaveOpen: true);
            await writer.WriteLineAsync(line);
            return await reader.ReadLineAsync(stop) ?? throw new IOException("It closed the connection.");
        }
        catch (Exception e) when (e is TimeoutException or IOException or UnauthorizedAccessException)
        {
            throw new StartFailure($"No local cluster runs with the data directory {dataDirectory}: start one with local-cluster --data, "
                + $"or name the directory of the one that runs. ({e.Message})");
        }
    }

    // The path itself may be longer than a pipe's name.
    private static string NameOf(string dataDirectory) => "dynamo-"
        + Convert.ToHexStringLower(XxHash3.Hash(Encoding.UTF8.GetBytes(Path.TrimEndingDirectorySeparator(dataDirectory))));
}
