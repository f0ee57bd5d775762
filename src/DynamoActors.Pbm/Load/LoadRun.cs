using System.Net;
using System.Net.Http.Headers;
using DynamoActors.Pbm.Asking;

namespace DynamoActors.Pbm.Load;

/// <summary>Reads and writes as fast as so many connections can, spread over the cluster's nodes.</summary>
/// <param name="before">What an interrupted run of the plan has done; it counts, and is not done again.</param>
internal sealed class LoadRun(
    LoadPlan plan, IReadOnlyList<Uri> nodes, TimeProvider time, LoadProgress before, NodeAccess access)
{
    private readonly byte[] _value = new byte[plan.ValueBytes];
    private long _begun = before.Latencies.Values.Sum() + before.Failed;
    private long _done = before.Latencies.Values.Sum();
    private long _failed = before.Failed;
    private string? _firstFailure = before.FirstFailure;

    /// <summary>So far.</summary>
    public long Done => Interlocked.Read(ref _done);

    /// <summary>Ends when the plan's time is over, or earlier where <paramref name="stop"/> says so, with what there is by then.</summary>
    public async Task<(LoadReport Report, LoadProgress Progress)> RunAsync(CancellationToken stop)
    {
        new Random(plan.ValueBytes).NextBytes(_value);
        using var http = access.Client(TimeSpan.FromSeconds(30), plan.Connections);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        end.CancelAfter(TimeSpan.FromSeconds(Math.Max(0, plan.Seconds - before.Seconds)));
        var began = time.GetTimestamp();
        var workers = await Task.WhenAll(Enumerable.Range(0, plan.Connections).Select(worker => WorkAsync(http, worker, end.Token)));
        var seconds = before.Seconds + time.GetElapsedTime(began).TotalSeconds;
        var all = new Latencies(before.Latencies, TimeSpan.FromMilliseconds(before.MaxMilliseconds));
        foreach (var worker in workers) all.Add(worker);
        var report = new LoadReport(
            plan, time.GetUtcNow(), seconds, all.Count, all.Count / seconds, _failed, _firstFailure, all.Percentile(50).TotalMilliseconds,
            all.Percentile(95).TotalMilliseconds, all.Percentile(99).TotalMilliseconds, all.Percentile(99.9).TotalMilliseconds,
                all.Max.TotalMilliseconds);
        return (report, new LoadProgress(plan, seconds, _failed, _firstFailure, all.Counts, all.Max.TotalMilliseconds));
    }

    private async Task<Latencies> WorkAsync(HttpClient http, int worker, CancellationToken end)
    {
        var random = new Random(worker);
        var took = new Latencies();
        while (!end.IsCancellationRequested && (plan.Requests == 0 || Interlocked.Increment(ref _begun) <= plan.Requests))
        {
            var node = nodes[random.Next(nodes.Count)];
            var url = new Uri(node, $"buckets/{plan.Bucket}/keys/{random.Next(plan.KeyCount)}");
            using var request = random.NextDouble() < plan.Reads ? new HttpRequestMessage(HttpMethod.Get, url) : Put(url);
            var began = time.GetTimestamp();
            try
            {
                using var answer = await http.SendAsync(request, end);
                await answer.Content.LoadIntoBufferAsync(end);
                // Not written yet, or by two at a time: both are what was asked for.
                if (answer.IsSuccessStatusCode || answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.MultipleChoices)
                    Answered(time.GetElapsedTime(began));
                else Failed($"{request.Method} {url}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(end)}");
            }
            catch (HttpRequestException e)
            {
                Failed($"{request.Method} {url}: {e.Message}");
            }
            catch (OperationCanceledException)
            {
                if (!end.IsCancellationRequested) Failed($"{request.Method} {url}: no answer within {http.Timeout.TotalSeconds:0} s");
            }
        }

        return took;

        void Answered(TimeSpan time)
        {
            took.Add(time);
            Interlocked.Increment(ref _done);
        }
    }

    private HttpRequestMessage Put(Uri url)
    {
        var content = new ByteArrayContent(_value);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return new HttpRequestMessage(HttpMethod.Put, url) { Content = content };
    }

    private void Failed(string how)
    {
        Interlocked.Increment(ref _failed);
        Interlocked.CompareExchange(ref _firstFailure, how, null);
    }
}
