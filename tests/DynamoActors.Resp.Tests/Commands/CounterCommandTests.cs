using DynamoActors.Core.Buckets;

namespace DynamoActors.Resp.Tests.Commands;

public sealed class CounterCommandTests(NodeFixture fixture) : RespFixture(fixture)
{
    [Fact]
    public async Task A_database_of_counters_counts_up_and_down()
    {
        await BeCountersAsync(3);
        ShouldAnswer("""
            SELECT 3 → OK
            GET n → (nil)
            INCR n → (integer) 1
            INCRBY n 10 → (integer) 11
            DECR n → (integer) 10
            DECRBY n 4 → (integer) 6
            DECRBY n -4 → (integer) 10
            GET n → "10"
            MGET n m → ["10", (nil)]
            STRLEN n → (integer) 2
            EXISTS n → (integer) 1
            TTL n → (integer) -1
            TYPE n → string
            INCRBY n 9223372036854775807 → (error) ERR The counter would leave the signed numbers of 64 bits. Nothing was done.
            INCRBY n 1.5 → (error) ERR value is not an integer or out of range
            DECRBY n -9223372036854775808 → (error) ERR decrement would overflow
            GETDEL n → "10"
            EXISTS n → (integer) 0
            INCR n → (integer) 1
            DEL n → (integer) 1
            """);
        Client.Ask("SET n 5").ShouldStartWith("(error) ERR The bucket 'redis-3' holds counters, which no value can be put to");
        Client.Ask("EXISTS n").ShouldBe("(integer) 0");
    }

    [Fact]
    public void Elsewhere_nothing_is_counted_and_the_answer_says_what_to_do()
    {
        Client.Ask("SET value 5").ShouldBe("OK");
        foreach (var command in (string[])["INCR value", "DECR value", "INCRBY value 1", "DECRBY value 1"])
        {
            var answer = Client.Ask(command);
            answer.ShouldStartWith($"(error) ERR {command.Split(' ')[0]} needs a database of counters");
            answer.ShouldContain("This one has values: SELECT another.");
        }

        Client.Ask("GET value").ShouldBe("\"5\"");
        Client.Ask("SELECT 7").ShouldBe("OK");
        Client.Ask("INCR value").ShouldContain("""PUT /buckets/redis-7/props with {"policy":"counter"}""");
    }

    private Task BeCountersAsync(int database) => Node.SetBucketAsync(
        $"redis-{database}", new BucketSettings { Policy = ConflictPolicy.Counter }, BucketFields.Policy);
}
