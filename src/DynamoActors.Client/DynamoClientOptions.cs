using System.Security.Cryptography.X509Certificates;

namespace DynamoActors.Client;

/// <summary>Where the store is and how it is asked.</summary>
public sealed class DynamoClientOptions
{
    /// <summary>Nodes to begin with, as <c>http://host:port</c>: one is enough, several help where one is down at the start.</summary>
    public IList<Uri> Nodes { get; } = [];

    /// <summary>Of the zone that this process is in: owners of the same are asked first. Empty: none.</summary>
    public string Zone { get; set; } = "";

    /// <summary>
    /// Whether keys are hashed here and an owner is asked, default true. False where only <see cref="Nodes"/> can be reached from here,
    /// such as a balancer: every node takes every request, at the price of a hop.
    /// </summary>
    public bool AsksOwners { get; set; } = true;

    /// <summary>
    /// For a request that names no time of its own, default 5 s, all attempts included; it travels with the request. Far below the slowest
    /// answer, writes end as unknown; far above, callers wait for what is not coming.
    /// </summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// For a connection, default 1 s: a node whose machine is gone costs that, once. Below the network's round trips none can be reached.
    /// </summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The share of reads that may ask a second node because the first is late, default 0.1. 0: none, a slow node slows its keys; 1: where
    /// all nodes are slow, each gets twice as many.
    /// </summary>
    public double HedgedShare { get; set; } = 0.1;

    /// <summary>
    /// The token to show, asked for with each request so that another may take its place; null, the default: none is shown. It says nothing
    /// in logs or exceptions. Where it goes over a network, name the nodes with https.
    /// </summary>
    public Func<string?>? Token { get; set; }

    /// <summary>
    /// The certificate to show over https in the place of a token, with its key; asked for with each connection, so that another may take
    /// its place. Null, the default: none is shown.
    /// </summary>
    public Func<X509Certificate2?>? Certificate { get; set; }

    /// <summary>The authorities of the nodes' certificates; empty, the default: those that this machine trusts.</summary>
    public X509Certificate2Collection Authorities { get; } = [];

    /// <summary>The clock and the timers.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>Where no hedge may be sent, a node that says nothing to a read is waited for so long.</summary>
    internal TimeSpan Silence { get; set; } = TimeSpan.FromSeconds(1);

    /// <exception cref="ArgumentException">There is no node, or a setting is none that it may be.</exception>
    internal void Check()
    {
        if (Nodes.Count == 0)
            throw new ArgumentException("DynamoClientOptions.Nodes is empty: name one node at least, such as http://127.0.0.1:8081.");
        foreach (var node in Nodes)
        {
            if (!node.IsAbsoluteUri || node.Scheme is not ("http" or "https") || node.PathAndQuery != "/")
                throw new ArgumentException($"DynamoClientOptions.Nodes: '{node}' is not http://host:port.");
        }

        if (RequestTimeout <= TimeSpan.Zero || RequestTimeout > TimeoutMax)
        {
            throw new ArgumentException(
                $"DynamoClientOptions.RequestTimeout is {RequestTimeout}; it is above zero and at most {TimeoutMax}.");
        }

        if (ConnectTimeout <= TimeSpan.Zero)
            throw new ArgumentException($"DynamoClientOptions.ConnectTimeout is {ConnectTimeout}; it is above zero.");
        if (HedgedShare is not (>= 0 and <= 1))
            throw new ArgumentException($"DynamoClientOptions.HedgedShare is {HedgedShare}; it is from 0 to 1.");
    }

    internal static readonly TimeSpan TimeoutMax = TimeSpan.FromMinutes(10);
}
