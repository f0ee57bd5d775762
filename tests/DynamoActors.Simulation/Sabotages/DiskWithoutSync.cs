using DynamoActors.Simulation.World;
using DynamoActors.Storage;

namespace DynamoActors.Simulation.Sabotages;

internal sealed class DiskWithoutSync : Sabotage
{
    public override string Name => "disk-without-sync";

    public override string Description => "a disk acknowledges syncs and does none";

    public override IFileSystem Disk(SimulatedNode node, IFileSystem disk) => new Lying(disk);

    private sealed class Lying(IFileSystem disk) : IFileSystem
    {
        public IFile Open(string path, FileOpening opening) => new LyingFile(disk.Open(path, opening));
        public bool Exists(string path) => disk.Exists(path);
        public void CreateDirectory(string path) => disk.CreateDirectory(path);
        public IReadOnlyList<string> List(string directory) => disk.List(directory);
        public void Rename(string from, string to) => disk.Rename(from, to);
        public void Delete(string path) => disk.Delete(path);
        public void DeleteDirectory(string path) => disk.DeleteDirectory(path);
        public void Link(string existing, string added) => disk.Link(existing, added);
        public void SyncDirectory(string path) => disk.SyncDirectory(path);
        public IDisposable Lock(string path) => disk.Lock(path);
    }

    private sealed class LyingFile(IFile file) : IFile
    {
        public long Length => file.Length;
        public int Read(long offset, Span<byte> buffer) => file.Read(offset, buffer);
        public void Write(long offset, ReadOnlySpan<byte> bytes) => file.Write(offset, bytes);
        public void Write(long offset, IReadOnlyList<ReadOnlyMemory<byte>> parts) => file.Write(offset, parts);
        public void Preallocate(long length) => file.Preallocate(length);
        public void SetLength(long length) => file.SetLength(length);
        public void Sync() { }
        public void Dispose() => file.Dispose();
    }
}
