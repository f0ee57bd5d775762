using System.CommandLine;
using DynamoActors.Server.Commands;

namespace DynamoActors.Server.Tests;

/// <summary>Wrong options end with a sentence and an exit code that is not 0, and start nothing.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("node --name a --data d --http 8081", "'8081' is not host:port")]
    [InlineData("node --name a --data d --seed here", "'here' is not host:port")]
    [InlineData("node --name a", "--data")]
    [InlineData("node --data d", "--name")]
    [InlineData("node --name a --data \"\"", "--data is empty")]
    [InlineData("node --name a --data d --config \"\"", "--config is empty")]
    [InlineData("local-cluster --data \"\"", "--data is empty")]
    [InlineData("--data \"\"", "--data is empty")]
    [InlineData("local-cluster add --data \"\"", "--data is empty")]
    [InlineData("local-cluster --config \"\"", "--config is empty")]
    [InlineData("repair --data \"\"", "--data is empty")]
    [InlineData("restore --nodes 3 --from \"\" --to d", "--from is empty")]
    [InlineData("restore --nodes 3 --from d --to \"\"", "--to is empty")]
    [InlineData("node --name a --data d --join-timeout soon", "soon")]
    [InlineData("node --name a --data d --colour red", "--colour")]
    [InlineData("local-cluster --nodes 0", "it must be 1 to 16")]
    [InlineData("local-cluster --nodes many", "many")]
    [InlineData("--http-port 70000", "it must be 1 to")]
    [InlineData("frobnicate", "frobnicate")]
    public async Task Bad_options_are_refused(string commandLine, string says)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var exitCode = await ServerCommands.Create().Parse(commandLine).InvokeAsync(
            new InvocationConfiguration { Output = output, Error = error });
        exitCode.ShouldNotBe(0);
        (error + output.ToString()).ShouldContain(says);
    }

    [Fact]
    public void Help_names_every_command()
    {
        var output = new StringWriter();
        ServerCommands.Create().Parse("--help").Invoke(new InvocationConfiguration { Output = output }).ShouldBe(0);
        foreach (var command in (string[])["node", "local-cluster", "health", "repair"]) output.ToString().ShouldContain(command);
        output.ToString().ShouldNotContain(NodeCommand.UntilInputEndsName);
    }
}
