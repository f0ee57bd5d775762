using System.Text;

namespace DynamoActors.Simulation.Histories;

internal readonly record struct ObjectKey(string Bucket, string Name)
{
    public byte[] Bytes => Encoding.UTF8.GetBytes(Name);

    public override string ToString() => $"{Bucket}/{Name}";
}
