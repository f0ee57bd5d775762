using DynamoActors.Http.Operations;
using DynamoActors.Http.Security;
using DynamoActors.Node.Requests;
using Microsoft.AspNetCore.Http;

namespace DynamoActors.Http;

/// <summary>Where and how much the front end takes.</summary>
public sealed record HttpFrontEndOptions
{
    /// <summary>An IP address, or <c>localhost</c>. 0.0.0.0 listens on every interface.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>0: a free one, which <see cref="HttpFrontEnd.Port"/> then tells.</summary>
    public int Port { get; init; } = 8081;

    /// <summary>
    /// Bytes of the largest value taken, default 8 MiB. Every value is held in memory several times on its way to N replicas: far above the
    /// default, a few large writes push everything else out; far below, ordinary clients get 413.
    /// </summary>
    public int ValueBytesMax { get; init; } = 8 * 1024 * 1024;

    /// <summary>
    /// Bytes of all bodies that are being read or worked on at once, default 128 MiB; a single larger one passes. Beyond it requests with
    /// a body wait: far below, large writes go one after another; far above, slow replicas and many writers fill the memory.
    /// </summary>
    public long BodiesBytesMax { get; init; } = 128 * 1024 * 1024;

    /// <summary>
    /// Bytes of all large objects that are being read for clients and sent to them, default 128 MiB; a single larger one passes. Beyond it
    /// reads of large objects wait: far below, they go one after another; far above, slow clients fill the memory.
    /// </summary>
    public long AnswersBytesMax { get; init; } = 128 * 1024 * 1024;

    /// <summary>How long a request that names no time waits for room and for its turn, default 2 s, until it gets 503.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Bytes of all values in the answer to one batch, 64 MiB, and half of <see cref="AnswersBytesMax"/> at most: what goes beyond gets a
    /// result that says so. A few hundred bytes may ask for a hundred of the largest values; far
    /// above, a few clients that do fill the memory; below the largest object, a batch cannot read it.
    /// </summary>
    internal long BatchAnswerBytesMax { get; init; } = 64 * 1024 * 1024;

    /// <summary>
    /// Connections at once, default 10,000; further ones are closed as soon as they are made. Each is an open file and some memory: more
    /// than the process may
    /// open ends it; far below, ordinary clients find the door closed.
    /// </summary>
    public int ConnectionsMax { get; init; } = 10_000;

    /// <summary>Bytes of the longest key, default 1,024, which is also the most that storage and messages are made for.</summary>
    public int KeyBytesMax { get; init; } = 1024;

    /// <summary>Serves <c>/metrics</c>; null: there is no such page.</summary>
    public RequestDelegate? Metrics { get; init; }

    /// <summary>Serves what is below <c>/admin/</c>; null: there are no such pages.</summary>
    public IStoreCare? Care { get; init; }

    /// <summary>Who may what; null: anyone everything.</summary>
    public AccessControl? Access { get; init; }

    /// <summary>Where it is kept who changed what; null: in memory.</summary>
    public AuditDirectory? Audit { get; init; }

    /// <summary>Null: nothing is encrypted.</summary>
    public ClientTls? Tls { get; init; }

    /// <summary>Serves <c>/admin/log</c>; null: there is no such page.</summary>
    public LogTail? Log { get; init; }

    /// <summary>Says what the date is, than which no Last-Modified is later.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
