namespace DynamoActors.Storage.Tests;

/// <summary>Random steps, applied to an engine and to a sorted dictionary alike.</summary>
internal static class RandomHistory
{
    public static string Key(int number) => $"{number % 7}key{number:D5}";

    public static void Step(Random random, IStorageEngine engine, SortedDictionary<string, string> model, int keys)
    {
        switch (random.Next(40))
        {
            case 0:
                var from = Key(random.Next(keys));
                var to = from + (char)random.Next(256);
                engine.DropRange(Keys.Bytes(from[..4]), Keys.Bytes(to));
                Drop(model, from[..4], to);
                break;
            case < 4:
                engine.Flush();
                break;
            default:
                engine.Append(Batch(random, model, keys));
                break;
        }
    }

    /// <summary>One to four operations, which are applied to the model as well.</summary>
    public static WriteBatch Batch(Random random, SortedDictionary<string, string> model, int keys)
    {
        var batch = new WriteBatch();
        for (var i = random.Next(4); i >= 0; i--)
        {
            var key = Key(random.Next(keys));
            if (random.Next(3) == 0)
            {
                batch.Delete(Keys.Bytes(key));
                model.Remove(key);
            }
            else
            {
                var value = new string((char)('a' + random.Next(26)), random.Next(200));
                batch.Put(Keys.Bytes(key), Keys.Bytes(value));
                model[key] = value;
            }
        }
        return batch;
    }

    public static void Drop(SortedDictionary<string, string> model, string from, string to)
    {
        foreach (var key in model.Keys.Where(key => string.CompareOrdinal(key, from) >= 0 && string.CompareOrdinal(key, to) < 0).ToList())
            model.Remove(key);
    }
}
