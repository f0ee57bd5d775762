using System.Runtime.InteropServices;

namespace DynamoActors.Server.Startup;

/// <summary>
/// Asked to stop: SIGINT (Ctrl-C), SIGTERM, or where it was wanted the end of standard input. A second signal changes nothing: the
/// first one's work goes on.
/// </summary>
internal sealed class StopSignal : IDisposable
{
    private readonly CancellationTokenSource _stop;
    private readonly PosixSignalRegistration[] _registrations;

    public StopSignal(CancellationToken outer)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(outer);
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
        ];
    }

    public CancellationToken Token => _stop.Token;

    /// <summary>Reads and drops standard input; its end is a signal like the others.</summary>
    public void FollowInput() => new Thread(ReadInputToItsEnd) { IsBackground = true, Name = "standard input" }.Start();

    /// <summary>Completes, without an exception, once a signal came.</summary>
    public async Task WaitAsync() => await Task.Delay(Timeout.Infinite, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
    }

    private void OnSignal(PosixSignalContext signal)
    {
        signal.Cancel = true;
        _stop.Cancel();
    }

    private void ReadInputToItsEnd()
    {
        using var input = Console.OpenStandardInput();
        var ignored = new byte[64];
        try
        {
            while (input.Read(ignored) > 0)
            {
                // Whatever is typed means nothing.
            }
        }
        catch (IOException)
        {
            // A broken pipe is an end too.
        }

        _stop.Cancel();
    }
}
