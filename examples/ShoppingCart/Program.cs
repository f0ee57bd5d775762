// Two clients edit one cart at the same time, each from what it read before the other wrote:
// dotnet run --project examples/ShoppingCart -- http://127.0.0.1:8081 http://127.0.0.1:8082
using DynamoActors.Client;
using ShoppingCart;

string[] nodes = args.Length > 1 ? args : ["http://127.0.0.1:8081", "http://127.0.0.1:8082"];
using var phone = new DynamoClient(nodes[0]);
using var laptop = new DynamoClient(nodes[1]);
var onPhone = phone.Bucket<Cart>("carts", Cart.Merge);
var onLaptop = laptop.Bucket<Cart>("carts", Cart.Merge);
DynamoKey key = $"alice-{Guid.NewGuid():N}";

(await onPhone.ChangeAsync(key, cart => (cart ?? Cart.Empty).With("book", Tag()).With("lamp", Tag()))).EnsureWritten();

// Both read the same, and write without knowing of each other: neither is refused, neither is lost.
var (read1, read2) = (await FoundAsync(onPhone), await FoundAsync(onLaptop));
(await onPhone.PutAsync(key, read1.Value.Without("lamp"), read1.Context)).EnsureWritten();
(await onLaptop.PutAsync(key, read2.Value.With("chair", Tag()), read2.Context)).EnsureWritten();

var both = await FoundAsync(onPhone);
Console.WriteLine($"{both.Versions} versions, merged: {string.Join(", ", both.Value.Items)}");

// The next change writes the merged cart in their place.
(await onLaptop.ChangeAsync(key, cart => cart!.With("pen", Tag()))).EnsureWritten();
var one = await FoundAsync(onPhone);
Console.WriteLine($"{one.Versions} version: {string.Join(", ", one.Value.Items)}");

async Task<Found<Cart>> FoundAsync(DynamoBucket<Cart> bucket) => await bucket.GetAsync(key) switch
{
    Found<Cart> found => found,
    var other => throw new InvalidOperationException($"There should be a cart: {other}"),
};

static string Tag() => Guid.NewGuid().ToString("N");
