using DynamoActors.Fuzz;
using SharpFuzz;

switch (args)
{
    case ["targets"]:
        foreach (var each in Target.All) Console.WriteLine(each.Name);
        return 0;
    // What afl-fuzz runs. The input is tried in a process of its own, so that one that ends it is a find like others.
    case [var name]:
        var target = Target.Named(name);
        Fuzzer.OutOfProcess.Run(stream =>
        {
            using var input = new MemoryStream();
            stream.CopyTo(input);
            target.Try(input.ToArray());
        });
        return 0;
    case ["seeds", var name, var directory]:
        var corpus = Target.Named(name).Corpus;
        for (var index = 0; index < corpus.Length; index++) File.WriteAllBytes(Path.Combine(directory, $"seed-{index:D3}"), corpus[index]);
        return 0;
    case ["try", var name, .. var files]:
        foreach (var file in files) Target.Named(name).Try(File.ReadAllBytes(file));
        return 0;
    default:
        Console.Error.WriteLine("usage: DynamoActors.Fuzz targets | TARGET | seeds TARGET DIRECTORY | try TARGET FILE…");
        return 2;
}
