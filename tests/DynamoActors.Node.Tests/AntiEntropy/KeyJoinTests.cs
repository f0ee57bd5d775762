using DynamoActors.Node.AntiEntropy;
using DynamoActors.Node.Messages;

namespace DynamoActors.Node.Tests.AntiEntropy;

public class KeyJoinTests
{
    [Theory]
    [InlineData("a1 b1", "a1 b1", "")]
    [InlineData("a1 b1", "", "a< b<")]
    [InlineData("", "a1 b1", "a> b>")]
    [InlineData("a1 c1 d1", "b1 c2 d1", "a< b> c=")]
    [InlineData("c1", "a1 b1 c1 d1", "a> b> d>")]
    public void It_finds_what_one_holds_and_the_other_lacks_whatever_the_pages(string first, string second, string expected)
    {
        for (int page = 1; page <= 3; page++) Walk(Split(first), Split(second), page).ShouldBe(expected, $"pages of {page}");
    }

    private static string Walk(KeyVersion[] first, KeyVersion[] second, int page)
    {
        var lists = new[] { new Queue<KeyVersion>(first), new Queue<KeyVersion>(second) };
        var join = new KeyJoin();
        var found = new List<string>();
        while (!join.IsDone)
        {
            for (int side = 0; side < 2; side++)
                if (join.Needs(side))
                {
                    var keys = new List<KeyVersion>();
                    while (keys.Count < page && lists[side].TryDequeue(out var key)) keys.Add(key);
                    join.Add(side, keys, isLast: lists[side].Count == 0);
                }
            while (join.TryNext(out var key, out bool inFirst, out bool inSecond))
                found.Add($"{(char)key.Span[0]}{(inFirst && inSecond ? "=" : inFirst ? "<" : ">")}");
        }
        return string.Join(' ', found);
    }

    private static KeyVersion[] Split(string list) =>
        [.. list.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(item => new KeyVersion(new[] { (byte)item[0] }, item[1]))];
}
