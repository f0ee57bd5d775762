using System.Runtime.CompilerServices;
using DynamoActors.Client.Wire;

namespace DynamoActors.Client;

public sealed partial class DynamoBucket<T>
{
    /// <summary>
    /// The bucket's keys in the order of their bytes, page by page. A key that is there all the while is listed once; one that comes or
    /// goes meanwhile may be or not.
    /// </summary>
    /// <param name="prefix">What they begin with; empty: all.</param>
    /// <param name="pageSize">Keys with each request, 1 to 1,000.</param>
    /// <param name="cancellation">Ends the listing.</param>
    /// <exception cref="DynamoException">A page could not be had.</exception>
    public async IAsyncEnumerable<DynamoKey> ListKeysAsync(
        string prefix = "", int pageSize = 1000, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pageSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(pageSize, 1000);
        string? cursor = null;
        do
        {
            var target = $"{_target}?limit={pageSize}&prefix={PercentEncoding.Encode(prefix)}{DynamoClient.After(cursor)}";
            var page = await _client.PageAsync(target, StoreJson.Default.KeysPage, cancellation);
            foreach (var key in page.Keys ?? []) yield return DynamoClient.DecodedName(key);
            cursor = page.Cursor;
        }
        while (cursor != null);
    }
}
