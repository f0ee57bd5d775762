using System.Text;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Listing;
using DynamoActors.Node.Tests.AntiEntropy;

namespace DynamoActors.Node.Tests.Inspection;

public sealed class KeyPageTests
{
    private static readonly VersionedObject _versions = ComparisonTests.Version(1, 1, "v");

    [Fact]
    public void Smallest_keys_are_kept_in_order_and_that_there_are_more_is_told()
    {
        var page = PageOf(keysMax: 2, bytesMax: 1 << 20, "c", "a", "b");
        page.Takes("c"u8).ShouldBeFalse();
        var (keys, hasMore) = Closed(page);
        keys.ShouldBe(["a", "b"]);
        hasMore.ShouldBeTrue();

        (keys, hasMore) = Closed(PageOf(keysMax: 3, bytesMax: 1 << 20, "c", "a", "b"));
        keys.ShouldBe(["a", "b", "c"]);
        hasMore.ShouldBeFalse();
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(200, 1)]
    [InlineData(100_000, 3)]
    public void A_page_ends_where_its_bytes_do_but_never_before_its_first_key(int bytesMax, int expected)
    {
        string[] keys = [new('a', 150), new('b', 150), new('c', 150)];
        var (found, hasMore) = Closed(PageOf(keysMax: 10, bytesMax, keys));
        (found.Length, hasMore).ShouldBe((expected, expected < keys.Length));
    }

    private static KeyPage PageOf(int keysMax, int bytesMax, params string[] keys)
    {
        var page = new KeyPage(keysMax, bytesMax);
        foreach (string key in keys)
            if (page.Takes(Encoding.UTF8.GetBytes(key))) page.Add(Encoding.UTF8.GetBytes(key), _versions);
        return page;
    }

    private static (string[] Keys, bool HasMore) Closed(KeyPage page)
    {
        var keys = page.Close(out bool hasMore);
        return ([.. keys.Select(listed => Encoding.UTF8.GetString(listed.Key.Span))], hasMore);
    }
}
