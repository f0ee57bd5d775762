using DynamoActors.Storage.Background;
using DynamoActors.Storage.Files;
using DynamoActors.Storage.Log;

namespace DynamoActors.Storage.Tests.Log;

/// <summary>The log's bytes as FORMAT.md draws them. Whoever changes one of these changes the format, and its version.</summary>
public sealed class GoldenLogTests
{
    private const string Header =
        "44796E614C6F6731" + "0100000000000000" + "0100000000000000" + "0000000000000000" + "1F2E7596"
        + "00000000000000000000000000000000000000000000000000000000";

    private const string Frame =
        "3D8C64EE" + "2B000000" + "0100000000000000" + "02000000" + "00000000"
        + "02000000" + "01" + "0300" + "05000000" + "6B6579" + "76616C7565" + "02" + "0400" + "00000000" + "676F6E65"
        + "01000000" + "03" + "0100" + "01000000" + "61" + "62"
        + "0000000000";

    [Fact]
    public void A_segment_has_the_bytes_of_FORMAT_md()
    {
        var disk = new MemoryFileSystem();
        disk.CreateDirectory("/log");
        var options = new StorageOptions("/log", disk, new InlineBackgroundWork(), TimeProvider.System)
        {
            Log = new LogOptions { SegmentBytes = 4096 },
        };
        using (var log = WriteAheadLog.Open(options, "/log", 0, _ => { }))
        {
            log.Append(new WriteBatch().Put(Keys.Bytes("key"), Keys.Bytes("value")).Delete(Keys.Bytes("gone")));
            log.AppendDropRange(Keys.Bytes("a"), Keys.Bytes("b"));
            log.Flush();
        }
        Golden.Read(disk, "/log/000000000001.log", 136).ShouldBe(Header + Frame);
    }
}
