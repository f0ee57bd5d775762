using Akka.Actor;
using DynamoActors.Client;

namespace DynamoActors.Embedded;

/// <summary>Asks the store's actor for a key; answered with a <see cref="GetResult{T}"/> of bytes.</summary>
public sealed record Get(string Bucket, DynamoKey Key, ReadOptions? Options = null);

/// <summary>Has the store's actor write a key; answered with a <see cref="WriteResult"/>.</summary>
public sealed record Put(string Bucket, DynamoKey Key, ReadOnlyMemory<byte> Value, WriteOptions? Options = null);

/// <summary>Has the store's actor delete a key; answered with a <see cref="WriteResult"/>.</summary>
public sealed record Delete(string Bucket, DynamoKey Key, WriteOptions? Options = null);

/// <summary>
/// <c>/user/dynamo</c>: the node for those who think in actors, in the registry as <c>IRequiredActor&lt;StoreActor&gt;</c>. Takes
/// <see cref="Get"/>, <see cref="Put"/> and <see cref="Delete"/> of this actor system, many at a time; what can be no request is answered
/// with <see cref="Status.Failure"/>.
/// </summary>
public sealed class StoreActor : ReceiveActor
{
    internal StoreActor(IDynamoStore store)
    {
        Receive<Get>(get => Answer(() => store.GetAsync(get.Bucket, get.Key, get.Options)));
        Receive<Put>(put => Answer(() => store.PutAsync(put.Bucket, put.Key, put.Value, put.Options)));
        Receive<Delete>(delete => Answer(() => store.DeleteAsync(delete.Bucket, delete.Key, delete.Options)));
    }

    private void Answer<T>(Func<Task<T>> asked)
    {
        try
        {
            asked().PipeTo(Sender, Self);
        }
        catch (ArgumentException refused)
        {
            Sender.Tell(new Status.Failure(refused));
        }
    }
}
