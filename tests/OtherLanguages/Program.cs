// What somebody writes with a client that Kiota has generated: puts, reads a conflict, resolves it, lists. Given a node's address.
using System.Text;
using Microsoft.Kiota.Abstractions;
using Microsoft.Kiota.Abstractions.Authentication;
using Microsoft.Kiota.Http.HttpClientLibrary;
using Microsoft.Kiota.Http.HttpClientLibrary.Middleware.Options;
using Store;
using Store.Models;

const string ContextHeader = "X-Dynamo-Context";

using var adapter = new HttpClientRequestAdapter(new AnonymousAuthenticationProvider()) { BaseUrl = args[0] };
var client = new StoreClient(adapter);
var keys = client.Buckets["kiota"].Keys;

await PutAsync("greeting", "hello", null);
var (value, context) = await GetAsync("greeting");
Console.WriteLine($"get: {value}");

// Two writes that follow one read.
await PutAsync("greeting", "good morning", context);
await PutAsync("greeting", "good evening", context);
try
{
    await GetAsync("greeting");
    Console.WriteLine("There should be two versions.");
}
catch (ApiException several) when (several.ResponseStatusCode == 300)
{
    Console.WriteLine("get: several versions");
}

// In a batch they have a type.
var read = await client.KvBatch.PostAsync(new BatchBody
{
    Operations = [new BatchBody_operations { Op = BatchBody_operations_op.Get, Bucket = "kiota", Key = "greeting" }],
});
var versions = read!.Results!.Single();
var texts = versions.Siblings!.Select(sibling => Encoding.UTF8.GetString(Convert.FromBase64String(sibling.Value!))).Order();
Console.WriteLine($"versions: {string.Join(", ", texts)}");
await PutAsync("greeting", string.Join(" and ", texts), versions.Context);
Console.WriteLine($"get: {(await GetAsync("greeting")).Value}");

await PutAsync("other key/ä", "1", null);
var page = await keys.GetAsync(request => request.QueryParameters.Limit = 10);
Console.WriteLine($"keys: {string.Join(", ", page!.KeysProp!)}");

await keys["greeting"].DeleteAsync();
try
{
    await GetAsync("greeting");
}
catch (Problem problem)
{
    Console.WriteLine($"get: {problem.ResponseStatusCode} {problem.Type}");
}

async Task PutAsync(string key, string text, string? after)
{
    using var body = new MemoryStream(Encoding.UTF8.GetBytes(text));
    await keys[key].PutAsync(body, "text/plain", request =>
    {
        if (after is not null) request.Headers.Add(ContextHeader, after);
    });
}

async Task<(string Value, string Context)> GetAsync(string key)
{
    var headers = new HeadersInspectionHandlerOption { InspectResponseHeaders = true };
    using var found = await keys[key].GetAsync(request => request.Options.Add(headers));
    using var reader = new StreamReader(found!);
    return (await reader.ReadToEndAsync(), headers.ResponseHeaders[ContextHeader].Single());
}
