using DynamoActors.Http.Serving;

namespace DynamoActors.Http.Tests;

/// <summary>Who tries one token after another.</summary>
public sealed partial class AccessTests
{
    [Fact]
    public void Whoever_guesses_is_cut_off_and_the_log_tells_it_once_in_a_while()
    {
        for (var guesser = 0; guesser < 3; guesser++)
        {
            using var connection = new RawConnection(_frontEnd.Port);
            for (var guess = 1; guess <= Guessers.WrongMost; guess++)
            {
                var answer = Guess(connection, $"a-token-that-is-guessed-{guess:000000000000}");
                answer.Status.ShouldBe(401);
                answer.Headers.ContainsKey("Connection").ShouldBe(guess == Guessers.WrongMost, $"guess {guess}");
            }
        }

        _log.Lines.Where(line => line.Contains("tokens in a row", StringComparison.Ordinal)).ShouldHaveSingleItem()
            .ShouldContain("127.0.0.1:");
    }

    [Fact]
    public void A_right_token_among_wrong_ones_ends_their_row_and_none_at_all_is_no_guess()
    {
        using var connection = new RawConnection(_frontEnd.Port);
        for (var turn = 0; turn < 2 * Guessers.WrongMost; turn++)
        {
            Guess(connection, "wrong").Status.ShouldBe(401);
            Guess(connection, null).Status.ShouldBe(401);
            if (turn % 4 == 0) Guess(connection, AdminToken).Status.ShouldBe(404);
        }
    }

    private static RawAnswer Guess(RawConnection connection, string? token)
    {
        connection.Send($"GET /kv/k HTTP/1.1\r\nHost: a\r\n{(token is null ? "" : $"Authorization: Bearer {token}\r\n")}\r\n");
        return connection.Receive();
    }
}
