// A basket in ASP.NET Core's own session, which lives in the store: any instance of the application goes on with it, whichever node is
// gone: dotnet run --project examples/Sessions -- --urls http://127.0.0.1:5001 --nodes http://127.0.0.1:8081,http://127.0.0.1:8082
using System.Text.Json;
using DynamoActors.Client.AspNetCore;
using DynamoActors.Client.Hosting;
using Microsoft.AspNetCore.DataProtection;

var builder = WebApplication.CreateBuilder(args);
var nodes = builder.Configuration["nodes"] ?? "http://127.0.0.1:8081,http://127.0.0.1:8082,http://127.0.0.1:8083";
builder.Services.AddDynamoActors(options =>
{
    foreach (var node in nodes.Split(',')) options.Nodes.Add(new Uri(node));
});
builder.Services.AddDynamoActorsCache(bucket: "sessions");
builder.Services.AddSession(session => session.IdleTimeout = TimeSpan.FromMinutes(20));
// Without keys that all instances share, one could not read the cookie that another has made.
builder.Services.AddDataProtection().SetApplicationName("sessions-example").PersistKeysToDynamoActors();
builder.Services.AddHealthChecks().AddDynamoActors();

var application = builder.Build();
application.UseSession();
application.MapHealthChecks("/health");

application.MapGet("/", async http => await http.Response.WriteAsync(Shown(await BasketAsync(http))));

application.MapPost("/{item}", async (HttpContext http, string item) =>
{
    string[] basket = [.. await BasketAsync(http), item];
    http.Session.SetString("basket", JsonSerializer.Serialize(basket));
    // Here, so that the answer tells whether it was written: the middleware only logs where it was not.
    await http.Session.CommitAsync();
    return Shown(basket);
});

application.Run();

static async Task<string[]> BasketAsync(HttpContext http)
{
    // A store that cannot be asked is an error then; without this, an empty session.
    await http.Session.LoadAsync();
    return http.Session.GetString("basket") is { } stored ? JsonSerializer.Deserialize<string[]>(stored)! : [];
}

static string Shown(string[] basket) => basket.Length == 0 ? "nothing" : string.Join(", ", basket);
