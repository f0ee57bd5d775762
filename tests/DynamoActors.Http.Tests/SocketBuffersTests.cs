using System.Buffers;
using DynamoActors.Http.Serving;

namespace DynamoActors.Http.Tests;

/// <summary>What sockets' bytes are put into.</summary>
public sealed class SocketBuffersTests : FrontEndFixture
{
    private readonly SocketBuffers _buffers = new();

    [Fact]
    public void The_first_are_wide_and_the_others_narrow()
    {
        var rented = Enumerable.Range(0, SocketBuffers.WideMost + 10).Select(_ => _buffers.Rent(4096)).ToList();
        rented.Count(IsWide).ShouldBe(SocketBuffers.WideMost);
        rented.ShouldAllBe(one => one.Memory.Length >= 4096);
        rented.Select(one => one.Memory.Length).Order().First().ShouldBeLessThan(SocketBuffers.WideBytes / 2);
    }

    [Fact]
    public void What_is_given_back_is_rented_again_before_another_one_is_made()
    {
        for (var index = 0; index < 3 * SocketBuffers.WideMost; index++)
        {
            using var one = _buffers.Rent();
            using var other = _buffers.Rent();
            (IsWide(one), IsWide(other)).ShouldBe((true, true));
            one.Memory.Equals(other.Memory).ShouldBeFalse();
        }

        _buffers.Made.ShouldBe(2);
    }

    [Fact]
    public void More_than_the_widest_is_refused() =>
        Should.Throw<ArgumentOutOfRangeException>(() => _buffers.Rent(_buffers.MaxBufferSize + 1));

    [Fact]
    public void Many_threads_share_no_array_and_make_no_more_than_are_allowed()
    {
        Parallel.For(0, 20_000, new ParallelOptions { MaxDegreeOfParallelism = 16 }, index =>
        {
            using var one = _buffers.Rent(1);
            var mark = one.Memory.Span[..4];
            BitConverter.TryWriteBytes(mark, index).ShouldBeTrue();
            Thread.Yield();
            BitConverter.ToInt32(mark).ShouldBe(index);
        });
        _buffers.Made.ShouldBeInRange(1, SocketBuffers.WideMost);
    }

    [Fact]
    public async Task A_front_end_reads_and_writes_with_them()
    {
        using var answer = await Client.GetAsync("/health/live");
        answer.IsSuccessStatusCode.ShouldBeTrue();
        KestrelParts.Buffers.Made.ShouldBeGreaterThan(0);
    }

    private static bool IsWide(IMemoryOwner<byte> owner) => owner.Memory.Length == SocketBuffers.WideBytes;
}
