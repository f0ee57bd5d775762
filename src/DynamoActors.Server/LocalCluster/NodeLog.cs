namespace DynamoActors.Server.LocalCluster;

/// <summary>Keeps a node's output in its file, and its last lines at hand. Lines may come from two threads.</summary>
internal sealed class NodeLog : IDisposable
{
    private const int LastLinesMax = 15;

    private readonly Lock _gate = new();
    private readonly StreamWriter _file;
    private readonly Queue<string> _lastLines = new();

    public NodeLog(string path)
    {
        Path = path;
        var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        _file = new StreamWriter(file) { AutoFlush = true };
    }

    public string Path { get; }

    /// <summary>Null marks the stream's end, and is not a line.</summary>
    public void Add(string? line)
    {
        if (line == null) return;
        lock (_gate)
        {
            _file.WriteLine(line);
            _lastLines.Enqueue(line);
            if (_lastLines.Count > LastLinesMax) _lastLines.Dequeue();
        }
    }

    public IReadOnlyList<string> LastLines()
    {
        lock (_gate) return [.. _lastLines];
    }

    public void Dispose()
    {
        lock (_gate) _file.Dispose();
    }
}
