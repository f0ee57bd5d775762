using DynamoActors.Pbm;

return await PbmProgram.RunAsync(args, PbmEnvironment.OfProcess());
