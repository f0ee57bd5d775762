// Writes a key, reads it, changes it with what was read, and deletes it: dotnet run --project examples/Simple -- http://127.0.0.1:8081
using System.Text;
using DynamoActors.Client;

using var client = new DynamoClient(args.Length > 0 ? args : ["http://127.0.0.1:8081", "http://127.0.0.1:8082", "http://127.0.0.1:8083"]);
var greetings = client.Bucket("greetings");
DynamoKey key = "english";

// Without a context a write replaces whatever is there.
Show("put", await greetings.PutAsync(key, Bytes("hello")));

var found = await greetings.GetAsync(key);
Console.WriteLine(found switch
{
    Found<ReadOnlyMemory<byte>> one => $"get: {Text(one.Value)}",
    Absent<ReadOnlyMemory<byte>> => "get: nothing",
    Conflict<ReadOnlyMemory<byte>> several => $"get: {several.Siblings.Count} versions",
    NotRead<ReadOnlyMemory<byte>> not => $"get: {not.Why}: {not.Detail}",
    _ => throw new InvalidOperationException(),
});

// With the context of a read it replaces what was read, and nothing else. Whoever does that twice with one read gets two versions.
if (found is Found<ReadOnlyMemory<byte>> { Context: var read })
{
    Show("put", await greetings.PutAsync(key, Bytes("hello again"), read));
    Show("put", await greetings.PutAsync(key, Bytes("hello too"), read));
}

// Reads all versions, writes one in their place.
Show("update", await greetings.UpdateAsync(key, versions => Bytes(string.Join(", ", versions.Select(Text).Order()))));
Console.WriteLine($"get: {Text((await greetings.GetAsync(key)).ValueOr(default))}");

await foreach (var name in greetings.ListKeysAsync()) Console.WriteLine($"key: {name}");
Show("delete", await greetings.DeleteAsync(key));
Console.WriteLine($"get: {(await greetings.GetAsync(key) is Absent<ReadOnlyMemory<byte>> ? "nothing" : "something")}");

static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

static void Show(string what, WriteResult result) => Console.WriteLine(result switch
{
    Written => $"{what}: written",
    NotWritten not => $"{what}: nothing was written, {not.Why}: {not.Detail}",
    Unknown unknown => $"{what}: unknown, {unknown.Detail}",
    _ => throw new InvalidOperationException(),
});
