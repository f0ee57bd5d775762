using System.Text;
using DynamoActors.Node.Local;

namespace DynamoActors.Simulation.Histories;

internal readonly record struct ObjectKey(string Bucket, string Name)
{
    public byte[] Bytes => Encoding.UTF8.GetBytes(Name);

    /// <summary>The key whose object lies under that key of a store.</summary>
    public static ObjectKey In(byte[] storeKey)
    {
        string bucket = StoreKey.BucketOf(storeKey);
        int nameOffset = StoreKey.Object(0, bucket, []).Length;
        return new ObjectKey(bucket, Encoding.UTF8.GetString(storeKey.AsSpan(nameOffset)));
    }

    public override string ToString() => $"{Bucket}/{Name}";
}
