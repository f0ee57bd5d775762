namespace ShoppingCart;

/// <summary>
/// A cart that any two versions of can be made one: what was put in on either side is in, what was taken out on either side stays out. Each
/// time that something is put in it gets a new tag, so that it can come back after it was taken out.
/// </summary>
/// <param name="Added">What was ever put in, by tag.</param>
/// <param name="Removed">Tags of what was taken out.</param>
public sealed record Cart(Dictionary<string, string> Added, HashSet<string> Removed)
{
    public static Cart Empty => new([], []);

    public IEnumerable<string> Items => Added.Where(one => !Removed.Contains(one.Key)).Select(one => one.Value).Order();

    /// <summary>The union: the order does not matter, nor does merging something twice.</summary>
    public static Cart Merge(IReadOnlyList<Cart> carts) => new(
        carts.SelectMany(cart => cart.Added).DistinctBy(one => one.Key).ToDictionary(),
        [.. carts.SelectMany(cart => cart.Removed)]);

    public Cart With(string item, string tag) => this with { Added = new(Added) { [tag] = item } };

    public Cart Without(string item) =>
        this with { Removed = [.. Removed, .. Added.Where(one => one.Value == item).Select(one => one.Key)] };
}
