using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace DynamoActors.Client.AspNetCore;

/// <summary>
/// Data Protection's keys in a bucket of the store, a key each: what one instance of an application protects every other one reads. Where
/// the store cannot be asked it throws, since an instance that finds no key makes one.
/// </summary>
internal sealed class DynamoKeyRepository(DynamoBucket<ReadOnlyMemory<byte>> bucket) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements() => GetAllAsync().GetAwaiter().GetResult();

    public void StoreElement(XElement element, string friendlyName) => StoreAsync(element, friendlyName).GetAwaiter().GetResult();

    private async Task<IReadOnlyCollection<XElement>> GetAllAsync()
    {
        var names = await bucket.ListKeysAsync().ToListAsync();
        var read = await bucket.GetManyAsync(names);
        return [.. read.SelectMany(ElementsIn)];
    }

    private async Task StoreAsync(XElement element, string friendlyName)
    {
        // Keys are made, never changed: each has a name of its own.
        var name = string.IsNullOrEmpty(friendlyName) ? $"element-{Guid.NewGuid():N}" : friendlyName;
        var xml = Encoding.UTF8.GetBytes(element.ToString(SaveOptions.DisableFormatting));
        (await bucket.PutAsync(name, xml, new WriteOptions { ContentType = "application/xml" })).EnsureWritten();
    }

    private static IEnumerable<XElement> ElementsIn(GetResult<ReadOnlyMemory<byte>> read) => read switch
    {
        Found<ReadOnlyMemory<byte>> found => [Parse(found.Value)],
        Conflict<ReadOnlyMemory<byte>> conflict => conflict.Siblings.Select(one => Parse(one.Value)),
        NotRead<ReadOnlyMemory<byte>> not => throw new DynamoException($"The keys cannot be read ({not.Why}): {not.Detail}"),
        _ => [],
    };

    private static XElement Parse(ReadOnlyMemory<byte> xml) => XElement.Parse(Encoding.UTF8.GetString(xml.Span));
}
