using System.Net;
using System.Text.Json;
using DynamoActors.Core.Buckets;
using DynamoActors.Core.Quorum;
using DynamoActors.Core.Ring;
using DynamoActors.Http.Targets;
using DynamoActors.Node.Requests;

namespace DynamoActors.Http.Tests;

/// <summary>The pages that tell of the cluster, and the buckets' settings.</summary>
public sealed class OperationsTests : FrontEndFixture
{
    [Fact]
    public async Task Cluster_lists_the_members()
    {
        var page = await JsonAsync("/cluster");
        page.GetProperty("node").GetString().ShouldBe("node1");
        page.GetProperty("leader").GetString().ShouldBe("node2");
        page.GetProperty("ringEpoch").GetUInt64().ShouldBe(Node.Ring!.Epoch);
        var members = page.GetProperty("members").EnumerateArray().ToArray();
        members.Select(one => one.GetProperty("name").GetString()).ShouldBe(["node1", "node2", "node3"]);
        members.Select(one => one.GetProperty("reachable").GetBoolean()).ShouldBe([true, true, false]);
        members[2].GetProperty("http").GetString().ShouldBe("127.0.0.1:8083");
        members[2].GetProperty("status").GetString().ShouldBe("Up");
        members[2].GetProperty("address").GetString().ShouldBe("akka.tcp://dynamo@127.0.0.1:4055");
        (members[2].GetProperty("zone").GetString(), members[2].GetProperty("weight").GetDouble()).ShouldBe(("hall-b", 2));
        page.GetProperty("ready").GetBoolean().ShouldBeTrue();
        Node.Ring = null;
        Node.Leader = null;
        Node.Readiness = new NodeReadiness(false, "No ring yet.");
        page = await JsonAsync("/cluster");
        page.GetProperty("ready").GetBoolean().ShouldBeFalse();
        (page.GetProperty("ringEpoch").ValueKind, page.GetProperty("leader").ValueKind).ShouldBe((JsonValueKind.Null, JsonValueKind.Null));
    }

    [Fact]
    public async Task Ring_gives_each_partition_its_owners()
    {
        var page = await JsonAsync("/ring");
        page.GetProperty("partitions").GetInt32().ShouldBe(16);
        page.GetProperty("replicas").GetInt32().ShouldBe(3);
        page.GetProperty("members").EnumerateArray().Select(one => one.GetProperty("partitions").GetInt32()).ShouldBe([16, 16, 16]);
        var owners = page.GetProperty("owners").EnumerateArray().ToArray();
        owners.Length.ShouldBe(16);
        owners[5].EnumerateArray().Select(one => one.GetString()).ShouldBe(Node.Ring!.Owners(5).ToArray()
            .Select(owner => Node.Ring.Members[owner].Name));
        page.GetProperty("epoch").GetUInt64().ShouldBe(Node.Ring.Epoch);
        page.GetProperty("cluster").GetString().ShouldBe(Node.Ring.Cluster.ToString("x16"));
        page.GetProperty("keyHash").GetString().ShouldBe(Node.Ring.KeyHash == KeyHashKind.Md5 ? "md5" : "xxh128");
        Node.Ring = null;
        await ShouldBeProblemAsync(await Client.GetAsync("/ring"), HttpStatusCode.ServiceUnavailable, "not-ready");
    }

    [Fact]
    public async Task Every_answer_names_the_rings_epoch()
    {
        var epoch = Node.Ring!.Epoch.ToString();
        epoch.ShouldNotBe("0");
        foreach (var path in (string[])["/kv/nothing", "/no/such/route", "/health/live", "/kv/a?x=1"])
            EpochOf(await Client.GetAsync(path)).ShouldBe(epoch, path);
        EpochOf(await PutAsync("/kv/a", "1")).ShouldBe(epoch);
        Node.Script = _ => throw new InvalidOperationException("broken");
        EpochOf(await Client.GetAsync("/kv/a")).ShouldBe(epoch, "also where the node failed");
        Node.Ring = null;
        EpochOf(await Client.GetAsync("/health/ready")).ShouldBe("0");
    }

    [Fact]
    public async Task A_ring_of_fewer_members_than_replicas_has_as_many_replicas_as_members()
    {
        Node.Ring = PartitionTable.Assign(
            [new RingMember("a", "akka.tcp://dynamo@a:4053", "a.example:8081", "hall-a", 1), new RingMember("b",
                "akka.tcp://dynamo@b:4053", "b.example:8081", "hall-b", 2.5)],
            partitionCount: 4, replicationFactor: 3, previous: null);
        var page = await JsonAsync("/ring");
        page.GetProperty("replicas").GetInt32().ShouldBe(2);
        page.GetProperty("members").EnumerateArray()
            .Select(one => (one.GetProperty("name").GetString(), one.GetProperty("http").GetString(), one.GetProperty("zone")
                .GetString(), one.GetProperty("weight").GetDouble()))
            .ShouldBe([("a", "a.example:8081", "hall-a", 1), ("b", "b.example:8081", "hall-b", 2.5)]);
    }

    [Fact]
    public async Task The_preference_list_of_a_key_is_its_partitions_owners()
    {
        var partition = Node.Ring!.PartitionOf("carts", "a/b"u8);
        var page = await JsonAsync("/ring/preflist/a%2fb?bucket=carts");
        page.GetProperty("partition").GetInt32().ShouldBe(partition);
        page.GetProperty("owners").EnumerateArray().Select(one => one.GetProperty("name").GetString())
            .ShouldBe(Node.Ring.Owners(partition).ToArray().Select(owner => Node.Ring.Members[owner].Name));
        page.GetProperty("owners").EnumerateArray().Count(one => one.GetProperty("reachable").GetBoolean()).ShouldBe(2);
        page.GetProperty("epoch").GetUInt64().ShouldBe(Node.Ring.Epoch);
        page.GetProperty("owners").EnumerateArray().ShouldAllBe(one => one.GetProperty("http").GetString() == one.GetProperty("name")
            .GetString() + ":8081");
        (await JsonAsync("/ring/preflist/a%2fb")).GetProperty("bucket").GetString().ShouldBe("default");
        await ShouldBeProblemAsync(await Client.GetAsync("/ring/preflist/"), HttpStatusCode.BadRequest, "key-empty", "key");
        await ShouldBeProblemAsync(await Client.GetAsync("/ring/preflist/a?x=1"), HttpStatusCode.BadRequest, "unknown-parameter", "x");
        await ShouldBeProblemAsync(await Client.GetAsync("/ring/preflist/a?bucket=a&bucket=b"), HttpStatusCode.BadRequest,
            "repeated-parameter", "bucket");
        await ShouldBeProblemAsync(await Client.GetAsync("/ring/preflist/" + new string('k', 1025)), HttpStatusCode.BadRequest,
            "key-too-long", "key");
        Node.Ring = null;
        await ShouldBeProblemAsync(await Client.GetAsync("/ring/preflist/a"), HttpStatusCode.ServiceUnavailable, "not-ready");
    }

    [Fact]
    public async Task Ready_follows_the_node_and_live_does_not()
    {
        (await JsonAsync("/health/ready")).EnumerateObject().Select(member => $"{member.Name}={member.Value}")
            .ShouldBe(["status=ready", "node=node1"]);
        Node.Readiness = new NodeReadiness(false, "2 of 3 first members are up.");
        var answer = await Client.GetAsync("/health/ready");
        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("reason").GetString()
            .ShouldBe("2 of 3 first members are up.");
        (await JsonAsync("/health/live")).GetProperty("status").GetString().ShouldBe("live");
    }

    [Fact]
    public async Task Bucket_properties_change_where_named_and_stay_elsewhere()
    {
        var before = await JsonAsync("/buckets/carts/props");
        before.GetProperty("policy").GetString().ShouldBe("siblings");
        before.GetProperty("r").ValueKind.ShouldBe(JsonValueKind.Null);

        (await PutAsync("/buckets/carts/props", """{"policy":"lww","w":"all","r":1,"siblingsMax":7}"""))
            .StatusCode.ShouldBe(HttpStatusCode.OK);
        Node.Bucket("carts").ShouldBe(BucketSettings.Default with
        { Policy = ConflictPolicy.Lww, W = QuorumSetting.All, R = QuorumSetting.Of(1), SiblingsMax = 7 });

        (await PutAsync("/buckets/carts/props", """{"w":null}""")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var after = await JsonAsync("/buckets/carts/props");
        after.GetProperty("policy").GetString().ShouldBe("lww");
        after.GetProperty("r").GetInt32().ShouldBe(1);
        after.GetProperty("w").ValueKind.ShouldBe(JsonValueKind.Null);
        after.GetProperty("siblingsMax").GetInt32().ShouldBe(7);
        Node.Bucket("default").ShouldBe(BucketSettings.Default);
    }

    [Fact]
    public async Task Bucket_properties_that_this_node_has_not_heard_of_yet_stay_too()
    {
        await Node.SetBucketAsync("carts", BucketSettings.Default with { W = QuorumSetting.One });
        Node.OldBucket = BucketSettings.Default;
        var answer = await PutAsync("/buckets/carts/props", """{"policy":"lww"}""");
        JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("w").GetString().ShouldBe("one");
        Node.OldBucket = null;
        Node.Bucket("carts").ShouldBe(BucketSettings.Default with { Policy = ConflictPolicy.Lww, W = QuorumSetting.One });
        (await PutAsync("/buckets/carts/props", "{}")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Every_bucket_property_is_set_shown_and_taken_back_by_its_own_name()
    {
        const string every = """{"policy":"siblings","n":3,"r":1,"w":2,"pr":"one","pw":"quorum","dw":"all","ttl":90,"siblingsMax":7}""";
        var answer = await PutAsync("/buckets/carts/props", every);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        Node.Bucket("carts").ShouldBe(new BucketSettings
        {
            N = 3,
            R = QuorumSetting.Of(1),
            W = QuorumSetting.Of(2),
            Pr = QuorumSetting.One,
            Pw = QuorumSetting.Majority,
            Dw = QuorumSetting.All,
            Ttl = TimeSpan.FromSeconds(90),
            SiblingsMax = 7,
        });
        (await answer.Content.ReadAsStringAsync()).ShouldBe(every);
        (await Client.GetStringAsync("/buckets/carts/props")).ShouldBe(every);

        var unset = await PutAsync("/buckets/carts/props", """{"n":null,"r":null,"w":null,"pr":null,"pw":null,"dw":null,"ttl":null}""");
        unset.StatusCode.ShouldBe(HttpStatusCode.OK);
        Node.Bucket("carts").ShouldBe(BucketSettings.Default with { N = null, SiblingsMax = 7 });
    }

    [Fact]
    public async Task Bucket_properties_wait_for_a_ring()
    {
        Node.Ring = null;
        await ShouldBeProblemAsync(await PutAsync("/buckets/carts/props", """{"w":"all"}"""), HttpStatusCode.ServiceUnavailable,
            "not-ready");
        Node.Bucket("carts").ShouldBe(BucketSettings.Default);
    }

    [Theory]
    [InlineData(true, "unknown")]
    [InlineData(false, "not-written")]
    public async Task Bucket_properties_that_could_not_be_made_durable_are_503(bool unknown, string outcome)
    {
        Node.BucketFault = new BucketNotSetException("The journal does not answer.", unknown);
        var answer = await PutAsync("/buckets/carts/props", """{"w":"all"}""");
        var problem = await ShouldBeProblemAsync(answer, HttpStatusCode.ServiceUnavailable, "bucket-not-set");
        problem.GetProperty("outcome").GetString().ShouldBe(outcome);
        problem.GetProperty("detail").GetString()!.ShouldStartWith($"The journal does not answer. "
            + $"{(unknown ? "Whether the settings were changed is unknown" : "Nothing was changed")}");
        answer.Headers.RetryAfter.ShouldNotBeNull();
        Node.Bucket("carts").ShouldBe(BucketSettings.Default);
    }

    [Fact]
    public async Task The_OpenAPI_document_has_exactly_the_routes()
    {
        var document = await JsonAsync("/openapi.json");
        document.GetProperty("openapi").GetString().ShouldBe("3.1.0");
        var documented = document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject()
            .Where(member => member.Name != "parameters").Select(method => $"{method.Name.ToUpperInvariant()} {path.Name}"));
        var served = Routes.All.SelectMany(route => route.Methods.Select(method => $"{method} {route.Template}"));
        documented.Order().ShouldBe(served.Order());
    }

    [Fact]
    public async Task The_OpenAPI_document_names_every_status_of_a_write()
    {
        var document = await JsonAsync("/openapi.json");
        foreach (var path in (string[])["/kv/{key}", "/buckets/{bucket}/keys/{key}"])
            foreach (var (method, success) in (((string, string)[])[("put", "201"), ("delete", "204")]))
                document.GetProperty("paths").GetProperty(path).GetProperty(method).GetProperty("responses").EnumerateObject()
                    .Select(one => one.Name)
                    .ShouldBe(
                        new[] { success, "400", "401", "403", "405", "409", "412", "414", "429", "431", "500", "501", "503", "505" }
                            .Concat(method == "put" ? ["413", "415"] : []),
                        ignoreOrder: true, $"{method} {path}");
    }

    [Fact]
    public async Task Every_reference_in_the_OpenAPI_document_leads_somewhere_and_every_operation_has_answers()
    {
        var document = await JsonAsync("/openapi.json");
        var references = ReferencesIn(document).Distinct().ToArray();
        references.ShouldNotBeEmpty();
        foreach (var reference in references)
        {
            var at = document;
            foreach (var step in reference.TrimStart('#', '/').Split('/')) at.TryGetProperty(step, out at).ShouldBeTrue(reference);
        }

        var operations = document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject())
            .Where(member => member.Name != "parameters").Select(member => member.Value).ToArray();
        foreach (var operation in operations) operation.GetProperty("responses").EnumerateObject().ShouldNotBeEmpty();
        operations.Select(operation => operation.GetProperty("operationId").GetString()).ShouldBeUnique();
    }

    private static IEnumerable<string> ReferencesIn(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member =>
            member.Name == "$ref" ? [member.Value.GetString()!] : ReferencesIn(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(ReferencesIn),
        _ => [],
    };

    private static string EpochOf(HttpResponseMessage answer) => answer.Headers.GetValues("X-Dynamo-Epoch").Single();

    private async Task<JsonElement> JsonAsync(string path)
    {
        var answer = await Client.GetAsync(path);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
    }
}
