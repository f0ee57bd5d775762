using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace DynamoActors.Links.Transport;

/// <summary>One connection whose two ends have proved to be of one cluster; nobody else reads or changes what goes over it.</summary>
internal sealed class TlsConnection(SslStream stream, string peer, PeerTls tls) : ITransportConnection
{
    /// <summary>Of a TLS record: smaller parts of a batch are put together up to here.</summary>
    private const int RecordBytes = 16 * 1024;

    private readonly byte[] _record = new byte[RecordBytes];
    private readonly X509Certificate2? _shown = stream.RemoteCertificate as X509Certificate2;
    private ITransportHandler? _handler;
    private int _closed;

    public string Peer => peer;

    public bool IsTrusted => _shown is null || !tls.IsRevoked(_shown);

    public void Open(ITransportHandler handler)
    {
        _handler = handler;
        _ = ReceiveAsync(handler);
    }

    public bool Send(List<ArraySegment<byte>> batch)
    {
        var writing = WriteAsync(batch);
        if (writing.IsCompleted) return true;
        _ = FinishAsync(writing);
        return false;
    }

    public void Close() => End(null);

    private async Task FinishAsync(Task writing)
    {
        await writing;
        _handler!.Sent();
    }

    private async Task WriteAsync(List<ArraySegment<byte>> batch)
    {
        try
        {
            var filled = 0;
            foreach (var part in batch)
            {
                if (filled + part.Count > RecordBytes)
                {
                    await stream.WriteAsync(_record.AsMemory(0, filled));
                    filled = 0;
                }

                if (part.Count > RecordBytes) await stream.WriteAsync(part);
                else
                {
                    part.AsSpan().CopyTo(_record.AsSpan(filled));
                    filled += part.Count;
                }
            }

            if (filled > 0) await stream.WriteAsync(_record.AsMemory(0, filled));
        }
        catch (Exception e) when (IsOfConnection(e))
        {
            End(e);
        }
    }

    private async Task ReceiveAsync(ITransportHandler handler)
    {
        try
        {
            while (Volatile.Read(ref _closed) == 0)
            {
                var count = await stream.ReadAsync(handler.ReceiveBuffer);
                if (count == 0) End(null);
                else if (!IsTrusted) End(new IOException(PeerTls.Revoked));
                else handler.Received(count);
            }
        }
        catch (Exception e) when (IsOfConnection(e))
        {
            End(e);
        }
    }

    private void End(Exception? error)
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0) return;
        stream.Dispose();
        _handler?.Closed(error);
    }

    private static bool IsOfConnection(Exception e) =>
        e is IOException or SocketException or ObjectDisposedException or InvalidOperationException;
}
