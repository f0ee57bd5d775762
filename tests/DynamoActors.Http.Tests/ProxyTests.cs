using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using DynamoActors.Http.Targets;
using DynamoActors.Node.Requests;

namespace DynamoActors.Http.Tests;

/// <summary>Odd keys through a real nginx, which hands paths on as they are, or, with a path in <c>proxy_pass</c>, decoded and
/// tidied.</summary>
public sealed class ProxyTests : FrontEndFixture
{
    private static readonly string[] OddKeys =
    [
        ".", "..", "...", "/", "//", "/a", "a/", "a//b", "a/./b", "a/../b", "../a", "./a", "a/..", "a/.", "a\\b", "%", "%2F", "%2E%2E",
        "%00",
        "%zz", "a b", " a", "a ", "+", "a+b", "?", "a?b=c", "#", "a#b", "&", "a&key=b", "=", ";", "a;b", ":", "@", "\"", "<>", "'",
        "\0", "a\0b", "\n", "\r\nHost: b", "\t", "\u007f", "ä", "日本", "\u202e", "key", "kv:batch", new('/', 30),
    ];

    /// <summary>As they are; and bytes that are no UTF-8.</summary>
    private static readonly byte[][] Keys =
        [.. OddKeys.Select(Encoding.UTF8.GetBytes), [0xff], [0xc3], [0xed, 0xa0, 0x80], [0x2f, 0xfe, 0x2f], [.. Enumerable.Range(0, 256)
            .Select(one => (byte)one)]];

    [NginxTheory]
    [InlineData("")]
    [InlineData("/")]
    public async Task Keys_in_the_query_come_through_byte_for_byte(string proxyPath)
    {
        using var nginx = await Nginx.StartAsync(FrontEnd.Port, proxyPath);
        foreach (var target in (string[])["/kv?key=", "/buckets/carts/keys?key="])
        {
            foreach (var key in Keys)
            {
                var encoded = PercentEncoding.Encode(key);
                var value = $"the value of {encoded} at {target}";
                Answer(nginx, "PUT", target + encoded, value).Status.ShouldBe(201, value);
                Node.Requests.Last().ShouldBeOfType<PutObject>().Key.ToArray().ShouldBe(key, value);
                Answer(nginx, "GET", target + encoded).Text.ShouldBe(value);
            }

            foreach (var key in Keys) Answer(nginx, "DELETE", target + PercentEncoding.Encode(key)).Status.ShouldBe(204);
        }
    }

    [NginxTheory]
    [InlineData("", "a%2F..%2Fb", "a/../b")]
    [InlineData("", "a//b", "a//b")]
    [InlineData("", "%2525", "%25")]
    [InlineData("/", "a//b", "a/b")]
    [InlineData("/", "a%2F%2E%2Fb", "a/b")]
    [InlineData("/", "c/..%2Fb", "b")]
    public async Task Keys_in_the_path_come_through_only_where_the_proxy_leaves_paths_alone(string proxyPath, string sent, string key)
    {
        using var nginx = await Nginx.StartAsync(FrontEnd.Port, proxyPath);
        Answer(nginx, "PUT", "/kv/" + sent, "v").Status.ShouldBe(201);
        Encoding.UTF8.GetString(Node.Requests.Last().Key.Span).ShouldBe(key);
    }

    private static RawAnswer Answer(Nginx nginx, string method, string target, string body = "")
    {
        using var connection = new RawConnection(nginx.Port);
        connection.Send($"{method} {target} HTTP/1.1\r\nHost: a\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        return connection.Receive(hasBody: method != "HEAD");
    }

    private sealed class NginxTheoryAttribute : TheoryAttribute
    {
        public NginxTheoryAttribute()
        {
            if (Nginx.Program == null) Skip = "Not tried: nginx is not installed (Debian: nginx-light).";
        }
    }

    private sealed class Nginx : IDisposable
    {
        private readonly string _directory = Directory.CreateTempSubdirectory("dynamo-nginx-").FullName;
        private readonly Process _process;

        private Nginx(int nodePort, string proxyPath)
        {
            Port = FreePort();
            File.WriteAllText(Path.Combine(_directory, "nginx.conf"), string.Create(CultureInfo.InvariantCulture, $$"""
                daemon off; master_process off; pid nginx.pid; error_log stderr;
                events { }
                http {
                    access_log off; client_body_temp_path body; proxy_temp_path proxy;
                    fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
                    server { listen 127.0.0.1:{{Port}}; location / { proxy_pass http://127.0.0.1:{{nodePort}}{{proxyPath}}; } }
                }
                """));
            _process = Process.Start(new ProcessStartInfo(Program!, ["-p", _directory, "-c", "nginx.conf"]))!;
        }

        public static string? Program { get; } = ((string[])["/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/bin/nginx"])
            .FirstOrDefault(File.Exists);

        public int Port { get; }

        public static async Task<Nginx> StartAsync(int nodePort, string proxyPath)
        {
            var nginx = new Nginx(nodePort, proxyPath);
            for (var waited = Stopwatch.StartNew(); ; await Task.Delay(20))
            {
                nginx._process.HasExited.ShouldBeFalse();
                using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                try
                {
                    await probe.ConnectAsync(IPAddress.Loopback, nginx.Port);
                    return nginx;
                }
                catch (SocketException) when (waited.Elapsed < TimeSpan.FromSeconds(30))
                {
                    // Not yet.
                }
            }
        }

        public void Dispose()
        {
            _process.Kill();
            _process.WaitForExit();
            _process.Dispose();
            Directory.Delete(_directory, recursive: true);
        }

        private static int FreePort()
        {
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            return ((IPEndPoint)probe.LocalEndPoint!).Port;
        }
    }
}
