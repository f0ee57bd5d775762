using DynamoActors.Http.Serving;
using Microsoft.Extensions.Logging.Abstractions;

namespace DynamoActors.Http.Tests;

public sealed class ServingBoundsTests
{
    [Theory]
    [InlineData(0, 2)]
    [InlineData(60_000, 2)]
    [InlineData(1 << 20, 6)]
    [InlineData(8 << 20, 34)]
    public void Who_has_sent_much_waits_longer_before_it_is_told_to_send_it_again(long bytes, double seconds)
    {
        var budget = new TransferBudget(1 << 20, TimeProvider.System);
        var bounds = new ServingBounds(new ConnectionLimit(1, TimeProvider.System, NullLogger.Instance), budget, budget,
            new WorkWindow(1 << 20, TimeProvider.System), TimeSpan.FromSeconds(2), TimeProvider.System);

        bounds.PatienceFor(bytes).TotalSeconds.ShouldBe(seconds);
    }
}
