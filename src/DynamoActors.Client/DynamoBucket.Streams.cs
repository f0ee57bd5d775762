using System.Net;

namespace DynamoActors.Client;

public sealed partial class DynamoBucket<T>
{
    private const int PieceBytes = 64 * 1024;

    /// <summary>
    /// Reads a key whose value is large, as it is stored. The time is over when the value begins; how long its bytes may take is up to the
    /// reader, who disposes of the stream.
    /// </summary>
    public async Task<GetResult<Stream>> GetStreamAsync(
        DynamoKey key, ReadOptions? options = null, CancellationToken cancellation = default)
    {
        var answer = await ReadAsync(key, options, cancellation, streams: true);
        if (answer == null) return Behind<Stream>(key);
        if (answer.IsStreamed)
        {
            return new Found<Stream>(
                await answer.OpenAsync(cancellation), new DynamoContext(answer.Context), answer.ETag ?? "", answer.ContentType ?? "",
                Wire.StoreHeaders.Date(answer.LastModified));
        }

        return Outcomes.OfRead(answer, ContextOf(answer, key), new Values.StreamCodec(), null);
    }

    /// <summary>
    /// Writes a key from a stream, from where that stands to its end. One that cannot seek goes to one node only: where that takes nothing,
    /// it has to be opened again. What the stream itself throws when it is read comes out here, and nothing was written then.
    /// </summary>
    public Task<WriteResult> PutStreamAsync(
        DynamoKey key, Stream value, WriteOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (!value.CanRead) throw new ArgumentException("The stream cannot be read, or is closed.", nameof(value));
        var source = new RepeatedSource(value);
        var request = PutOf(key, options, null, source.Next) with
        {
            CanRepeatBody = () => source.CanRepeat,
            BodyFailure = () => source.Failure,
        };
        return WriteAsync(key, request, cancellation);
    }

    /// <summary>Begins at the same place for each attempt.</summary>
    private sealed class RepeatedSource(Stream stream)
    {
        private readonly long _from = stream.CanSeek ? stream.Position : 0;
        private volatile Exception? _failure;
        private bool _isBegun;

        public bool CanRepeat => !_isBegun || stream.CanSeek;

        public Exception? Failure => _failure;

        public HttpContent Next() => new Content(this);

        private sealed class Content(RepeatedSource source) : HttpContent
        {
            protected override Task SerializeToStreamAsync(Stream target, TransportContext? context) =>
                SerializeToStreamAsync(target, context, CancellationToken.None);

            protected override async Task SerializeToStreamAsync(
                Stream target, TransportContext? context, CancellationToken cancellation)
            {
                source._isBegun = true;
                if (source.Stream.CanSeek) source.Stream.Position = source._from;
                var piece = new byte[PieceBytes];
                while (await source.ReadAsync(piece, cancellation) is > 0 and var read)
                    await target.WriteAsync(piece.AsMemory(0, read), cancellation);
            }

            protected override bool TryComputeLength(out long length)
            {
                length = source.Stream.CanSeek ? source.Stream.Length - source._from : 0;
                return source.Stream.CanSeek;
            }
        }

        private Stream Stream => stream;

        private async ValueTask<int> ReadAsync(byte[] piece, CancellationToken cancellation)
        {
            try
            {
                return await stream.ReadAsync(piece, cancellation);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                _failure = e;
                throw;
            }
        }
    }
}
