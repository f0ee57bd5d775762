using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using DynamoActors.Http.Security;
using DynamoActors.Http.Serving;
using DynamoActors.Resp.Calls;
using DynamoActors.Resp.Commands;
using DynamoActors.Resp.Connections;
using Microsoft.AspNetCore.Connections;

namespace DynamoActors.Fuzz.Targets;

/// <summary>A connection of a client of Redis, from its first byte to its last: it ends, and no command fails by an error of the node's
/// own.</summary>
internal static class RespTarget
{
    private const int ValueBytesMax = 200_000;

    public static byte[][] Seeds() =>
    [
        Of("set", "key", "value", "ex", "10"),
        [.. Of("get", "key"), .. Of("mget", "a", "b", "", "\0\r\n")],
        [.. Of("hello", "3", "setname", "me"), .. Of("scan", "0", "match", "a*[b-d]?", "count", "10"), .. Of("info")],
        [.. Of("incrby", "c", "5"), .. Of("append", "k", "v"), .. Of("getex", "k", "persist"), .. Of("setrange", "k", "3", "x")],
        [.. Of("select", "3"), .. Of("mset", "a", "1", "b", "2"), .. Of("del", "a", "b"), .. Of("expire", "a", "10"), .. Of("ttl", "a")],
        [.. Of("multi"), .. Of("exec"), .. Of("command", "docs"), .. Of("client", "setinfo", "lib-name", "x"), .. Of("quit")],
        "SET key 'a value' \"\\x00\\n\"\r\nPING\r\n"u8.ToArray(),
        "*2\r\n$4\r\nECHO\r\n$0\r\n\r\n*0\r\n*-1\r\n"u8.ToArray(),
    ];

    public static void Attempt(byte[] input)
    {
        var node = new FuzzNode();
        var bounds = FuzzNode.Bounds();
        using var meter = new RespMeter(CommandTable.All.Select(command => command.Name));
        var services = new RespServices(
            node.Store, new ClientLimits(16, 1024, ValueBytesMax), bounds, access: null, new Allowances(TimeProvider.System))
        {
            Meter = meter,
        };
        using var answered = new MemoryStream();
        var connection = new DefaultConnectionContext("fuzz")
        {
            Transport = new Duplex(PipeReader.Create(new ReadOnlySequence<byte>(input)), PipeWriter.Create(answered)),
        };
        var session = new Session(1, "fuzz", new ShownCertificate(null, null));
        new RespConnection(connection, services, session, node).RunAsync().GetAwaiter().GetResult();
        node.RequireNoError();
        if (bounds.Bodies.Taken != 0 || bounds.Answers.Taken != 0)
            throw new InvalidOperationException($"Room for {bounds.Bodies.Taken} + {bounds.Answers.Taken} bytes was not given back");
    }

    private static byte[] Of(params string[] command) => Encoding.Latin1.GetBytes(
        $"*{command.Length}\r\n{string.Concat(command.Select(argument => $"${argument.Length}\r\n{argument}\r\n"))}");

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
