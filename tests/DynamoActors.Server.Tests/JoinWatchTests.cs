using DynamoActors.Links;
using DynamoActors.Node.Requests;
using DynamoActors.Server.Startup;
using Microsoft.Extensions.Logging.Abstractions;

namespace DynamoActors.Server.Tests;

public sealed class JoinWatchTests
{
    /// <summary>With a wrong --advertise the seeds run, and their answers go elsewhere.</summary>
    [Fact]
    public async Task Who_is_not_let_in_is_told_where_the_answers_went()
    {
        var node = new NodeOnPaper(DateTimeOffset.UnixEpoch)
        { Nodes = [new NodeView("node1", "akka.tcp://dynamo@wrong.example:4053", "", "Joining", true, "", 1)] };
        var refusal = await Should.ThrowAsync<StartFailure>(() => JoinWatch.WaitAsync(
            node, [new HostPort("10.0.0.1", 4053)], TimeSpan.FromMilliseconds(1), NullLogger.Instance, CancellationToken.None));
        refusal.ExitCode.ShouldBe(ExitCodes.NotJoined);
        refusal.Message.ShouldContain("no answer from 10.0.0.1:4053");
        refusal.Message.ShouldContain("their answers to akka.tcp://dynamo@wrong.example:4053 do not arrive");
        refusal.Message.ShouldContain("--advertise");
    }
}
