using System.Security.Cryptography;

namespace DynamoActors.Server.Security;

/// <summary>What files say at present: they are read again when one of them has changed. Any thread may call.</summary>
/// <param name="complain">Told once of each change that cannot be read.</param>
/// <param name="files">Looked at once a second at most, when somebody asks.</param>
internal sealed class FollowedFile<T>(TimeProvider time, Action<string> complain, Func<T> read, params string[] files)
{
    private static readonly TimeSpan _lookEvery = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private T _current = read();
    private DateTime[] _changed = Changed(files);
    private DateTime[] _refused = [];
    private long _lookedAt = time.GetTimestamp();

    /// <summary>What cannot be read, because it is half written or wrong, changes nothing.</summary>
    public T Current
    {
        get
        {
            lock (_gate)
            {
                if (time.GetElapsedTime(_lookedAt) < _lookEvery) return _current;
                _lookedAt = time.GetTimestamp();
                var changed = Changed(files);
                if (!changed.SequenceEqual(_changed)) ReadAgain(changed);
                return _current;
            }
        }
    }

    private void ReadAgain(DateTime[] changed)
    {
        try
        {
            _current = read();
            _changed = changed;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            // Looked at again next time: a file that is being written changes once more.
            if (changed.SequenceEqual(_refused)) return;
            _refused = changed;
            complain($"{string.Join(", ", files)} has changed and cannot be used: {e.Message} What was read before goes on");
        }
    }

    private static DateTime[] Changed(string[] files) => [.. files.Select(File.GetLastWriteTimeUtc)];
}
