using DynamoActors.Core.Security;
using DynamoActors.Http.Security;
using DynamoActors.Http.Serving;
using DynamoActors.Resp.Calls;
using DynamoActors.Resp.Commands;
using Microsoft.Extensions.Logging;

namespace DynamoActors.Resp.Tests;

/// <summary>The same door as behind HTTP: a connection without a token gets nothing from any command.</summary>
public sealed class AccessTests(NodeFixture fixture) : RespFixture(fixture)
{
    private const string AdminToken = "the-token-of-the-file-0123456789abcdef";

    private readonly Warnings _warnings = new();

    protected override ILoggerFactory Logs => LoggerFactory.Create(builder => builder.AddProvider(_warnings));

    protected override AccessControl? Access => new AccessControl(TokenHash.Of(AdminToken)!.Value, TimeProvider.System);

    [Fact]
    public void Without_a_token_every_command_but_those_that_give_one_is_refused()
    {
        foreach (var command in CommandTable.All.Where(command => !command.IsOpen))
        {
            var arguments = string.Concat(Enumerable.Repeat(" a", Math.Abs(command.Arity) - 1));
            Client.Ask(command.Name + arguments).ShouldStartWith("(error) NOAUTH", customMessage: command.Name);
        }

        Client.Ask("unheard-of").ShouldStartWith("(error) NOAUTH");
        Client.Ask("hello 3").ShouldStartWith("(error) NOAUTH");
        CommandTable.All.Where(command => command.IsOpen).Select(command => command.Name).Order()
            .ShouldBe(["auth", "hello", "quit", "reset"]);
    }

    [Theory]
    [InlineData("read:redis-0", true, false)]
    [InlineData("write:redis-0", true, true)]
    [InlineData("admin:*", true, true)]
    [InlineData("write:redis-1", false, false)]
    [InlineData("write:redis-0/other", false, false)]
    [InlineData("", false, false)]
    public void Each_command_on_keys_asks_for_the_right_to_them(string grants, bool mayRead, bool mayWrite)
    {
        Client.Ask($"auth {Token(grants)}").ShouldBe("OK");
        foreach (var command in CommandTable.All.Where(command => command.Keys is not KeyUse.None))
        {
            var arguments = command.Keys == KeyUse.Whole ? command.Name == "scan" ? " 0" : ""
                : " key" + string.Concat(Enumerable.Repeat(" 1", Math.Max(0, Math.Abs(command.Arity) - 2)));
            var answer = Client.Ask(command.Name + arguments);
            if (command.IsWrite ? mayWrite : mayRead) answer.ShouldNotStartWith("(error) NOPERM", customMessage: command.Name);
            else answer.ShouldStartWith("(error) NOPERM", customMessage: command.Name);
        }
    }

    [Fact]
    public void A_token_that_is_revoked_ends_what_its_connections_may()
    {
        var token = Token("write:*");
        Client.Ask($"hello 2 auth anyone {token}").ShouldStartWith("[");
        Client.Ask("set k v").ShouldBe("OK");
        Node.Tokens = new TokenTable(Node.Tokens.All.Select(one => one with { IsRevoked = true }));

        Client.Ask("set k w").ShouldStartWith("(error) NOAUTH");
        Client.Ask($"auth {token}").ShouldStartWith("(error) WRONGPASS");
        Client.Ask($"auth {AdminToken}").ShouldBe("OK");
        Client.Ask("get k").ShouldBe("\"v\"");
    }

    [Fact]
    public void A_stranger_s_commands_ask_for_no_room()
    {
        var value = new string('x', ValueBytesMax);
        var all = Bounds.Bodies.BytesMax / 4 * 3;
        Bounds.Bodies.TryTake(all).ShouldBeTrue();
        Client.Ask("set", "k", value).ShouldStartWith("(error) NOAUTH", customMessage: "nor does it wait for any");
        Bounds.Bodies.Return(all);

        Client.Ask($"auth {Token("write:*")}").ShouldBe("OK");
        Client.Ask("set", "k", value).ShouldBe("OK");
    }

    [Fact]
    public void Whoever_guesses_is_cut_off_and_the_log_tells_it_once_in_a_while()
    {
        for (var guesser = 0; guesser < 3; guesser++)
        {
            using var client = Connect();
            for (var guess = 0; guess < Guessers.WrongMost; guess++)
            {
                var token = $"a-token-that-is-guessed-{guess:000000000000}";
                client.Ask(guess % 2 == 0 ? $"auth {token}" : $"hello 3 auth default {token}").ShouldStartWith("(error) WRONGPASS");
            }

            client.IsClosed().ShouldBeTrue();
        }

        _warnings.Lines.ShouldHaveSingleItem().ShouldContain("8 tokens in a row that are none of this cluster");
    }

    [Fact]
    public void A_right_token_among_wrong_ones_ends_their_row()
    {
        for (var turn = 0; turn < 2 * Guessers.WrongMost; turn++)
        {
            Client.Ask("auth wrong").ShouldStartWith("(error) WRONGPASS");
            if (turn % 3 == 0) Client.Ask($"auth {AdminToken}").ShouldBe("OK");
        }
    }

    [Theory]
    [InlineData("mget")]
    [InlineData("exists")]
    [InlineData("del")]
    [InlineData("mset")]
    public void Each_key_of_a_command_is_counted(string command)
    {
        Client.Ask($"auth {Token("write:*", new RateLimits(5, 0))}").ShouldBe("OK");
        Client.Ask([command, .. Enumerable.Repeat("k", 40)]).ShouldNotStartWith("(error)");
        // Twenty keys at least: for three seconds nothing more is taken, and by itself the command would have left four.
        Client.Ask("get k").ShouldStartWith("(error) BUSY");
    }

    private string Token(string grants, RateLimits limits = default)
    {
        var token = $"a-token-that-is-long-enough-{Guid.NewGuid():n}";
        Grant[] parsed = Grant.TryParse(grants, out var grant) ? [grant] : [];
        Node.Tokens = new TokenTable([.. Node.Tokens.All, new AccessToken(Guid.NewGuid().ToString("n"), "of a test",
            TokenHash.Of(token)!.Value, [.. parsed], 0, null, limits, IsRevoked: false)]);
        return token;
    }
}
