namespace Akka.Configuration.Hocon;

/// <summary>An include as written: the file's name, whether its absence is an error, where the request stands, and the path it fills.</summary>
internal sealed record IncludeRequest(string File, bool Required, Origin Origin, string[] At);

/// <summary>Reads an included text; an empty object where an optional one does not exist.</summary>
internal delegate ObjectSyntax IncludeReader(IncludeRequest request);
