using System.Buffers;
using System.IO.Pipelines;
using System.Threading.Channels;
using DynamoActors.Core.Security;
using DynamoActors.Http.Problems;
using DynamoActors.Http.Security;
using DynamoActors.Http.Serving;
using DynamoActors.Resp.Calls;
using DynamoActors.Resp.Commands;
using DynamoActors.Resp.Protocol;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Logging;

namespace DynamoActors.Resp.Connections;

/// <summary>
/// One client. Commands are begun as they come, dozens at once; answers are written in the order of the commands. A client that does not
/// take its answers is not read any further.
/// </summary>
internal sealed class RespConnection(ConnectionContext connection, RespServices services, Session session, ILogger log)
{
    /// <summary>Begun, and not answered yet. One: a pipeline is as slow as its commands one by one. Thousands: a single client holds as
    /// many requests.</summary>
    private const int UnderWayMax = 64;

    /// <summary>Smaller commands and answers are kept without asking for room.</summary>
    private const int UncountedBytesMax = 4 * 1024;

    private const int PieceBytes = 64 * 1024;

    private readonly Channel<Call> _calls = Channel.CreateBounded<Call>(
        new BoundedChannelOptions(UnderWayMax) { SingleReader = true, SingleWriter = true });
    private readonly CommandReader _reader = new(CommandLimits.Of(services.Limits.ValueBytesMax));
    private readonly CommandOrder _order = new();
    private readonly List<long> _held = [];
    private readonly ConnectionPlace? _place = connection.Features.Get<ConnectionPlace>();
    private Transfer? _arriving;
    private ReadingTurn? _turn;
    private bool _isGone;

    public async Task RunAsync()
    {
        var writing = WriteAsync();
        try
        {
            await ReadAsync();
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ConnectionAbortedException)
        {
            // The client went away: there is nobody to answer.
        }
        finally
        {
            EndArriving();
            LeaveTurn();
            foreach (var bytes in _held) services.Bounds.Bodies.Return(bytes);
            _calls.Writer.Complete();
        }

        await writing;
    }

    // ---- Reading

    private async Task ReadAsync()
    {
        var input = connection.Transport.Input;
        var stopping = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? default;
        using var registration = stopping.Register(input.CancelPendingRead);
        while (!session.HasQuit && !stopping.IsCancellationRequested)
        {
            _arriving?.Waits();
            var read = await input.ReadAsync();
            var buffer = read.Buffer;
            _arriving?.Moved(buffer.Length);
            _turn?.Moved(buffer.Length);
            if (!read.IsCanceled) await TakeAsync(buffer, input);
            if (read.IsCanceled || read.IsCompleted) return;
        }
    }

    private async ValueTask TakeAsync(ReadOnlySequence<byte> buffer, PipeReader input)
    {
        while (!session.HasQuit)
        {
            switch (_reader.Read(ref buffer))
            {
                case ReadStatus.WantsRoom:
                    _reader.Answer(await HoldAsync(_reader.RoomWanted));
                    break;
                case ReadStatus.Command when _reader.RoomWanted > UncountedBytesMax && await HoldAsync(_reader.RoomWanted) is { } refusal:
                    await AnswerAsync(refusal);
                    break;
                case ReadStatus.Command:
                    await BeginAsync(_reader.Command);
                    break;
                case ReadStatus.Refused:
                    await AnswerAsync(_reader.Fault!);
                    break;
                case ReadStatus.Broken:
                    session.HasQuit = true;
                    await AnswerAsync(_reader.Fault!);
                    break;
                default:
                    input.AdvanceTo(buffer.Start, buffer.End);
                    return;
            }
        }
    }

    /// <summary>What to say where there is no room for so many bytes, or a large argument's turn does not come, in a request's time, or
    /// where nobody known asks; null: they are held.</summary>
    private async ValueTask<string?> HoldAsync(long bytes)
    {
        // A stranger's is passed over: what others need is not his to hold.
        if (services.CallerOf(session) is null) return ErrorTexts.NoAuth;
        // Whoever waits, keeps no turn from others: two commands of several large arguments each would wait for each other.
        LeaveTurn();
        var bounds = services.Bounds;
        var began = bounds.Time.GetTimestamp();
        if (!bounds.Bodies.TryTake(bytes) && !await bounds.TakeBodyAsync(bytes, bounds.PatienceFor(bytes)))
            return ErrorTexts.NoRoom(bounds.Bodies.BytesMax);
        _held.Add(bytes);
        if (_reader.LargeBytes is > 0 and var large
            && !await BeginTurnAsync(large, bounds.PatienceFor(large) - bounds.Time.GetElapsedTime(began)))
            return ErrorTexts.Of(OutcomeProblems.TooMuchWork, isWrite: true);
        if (_held.Sum() < TransferBudget.LargeFrom) return null;
        EndArriving();
        _arriving = bounds.Bodies.Begin(_held.Sum(), connection.Abort);
        return null;
    }

    private async ValueTask<bool> BeginTurnAsync(long bytes, TimeSpan patience)
    {
        var bounds = services.Bounds;
        if (!await bounds.Work.EnterAsync(bytes, patience > TimeSpan.Zero ? patience : TimeSpan.Zero)) return false;
        _turn = new ReadingTurn(bounds.Work, bytes, bounds.Time);
        return true;
    }

    private void LeaveTurn()
    {
        _turn?.Dispose();
        _turn = null;
    }

    private void EndArriving()
    {
        if (_arriving is not null) services.Bounds.Bodies.End(_arriving);
        _arriving = null;
    }

    private async ValueTask BeginAsync(Argument[] arguments)
    {
        Interlocked.Increment(ref services.Commands);
        var command = CommandTable.Find(arguments[0].Span);
        if (command is null && HttpGuard.IsHttp(arguments[0]))
        {
            if (services.HttpMet.Happened(out var times))
                log.LogWarning("{Address} speaks HTTP to the port for Redis's clients, and is cut off; {Times} were so far",
                    session.Address, times);
            connection.Abort();
            session.HasQuit = true;
            return;
        }

        var refusal = TurnedAway(command, arguments) ?? CommandTable.FaultOf(command, arguments, services.Limits, session)
            ?? RightMissing(command!, arguments);
        if (refusal is { } fault)
        {
            await AnswerAsync(fault, command);
            return;
        }

        if (_order.MustWaitFor(command!, arguments) is { } earlier)
        {
            // Which may wait for turns of their own.
            LeaveTurn();
            await earlier;
        }

        var call = Begun(arguments, command);
        call.Reply = RunAsync(command!, call);
        // A command about the connection itself has changed the session already.
        call.Version = session.Version;
        // It is answered, and nothing more is read.
        if (session.WrongTokens == Guessers.WrongMost)
        {
            session.HasQuit = true;
            services.Guessers.Tell(session.Address, log);
        }

        _order.Begun(command!, arguments, call.Reply);
        await QueueAsync(call);
    }

    /// <summary>The one door for all commands; what is asked of keys is looked at once more where they are known. Null: it may go
    /// on.</summary>
    private string? TurnedAway(CommandSpec? command, Argument[] arguments)
    {
        if (!services.IsControlled)
        {
            _place?.Prove();
            return null;
        }

        if (command is { IsOpen: true }) return null;
        if (services.CallerOf(session) is not { } caller) return ErrorTexts.NoAuth;
        _place?.Prove();
        if (services.Allowances.Of(caller) is not { } allowance) return null;
        if (allowance.WaitForNext() is { } wait) return ErrorTexts.TooMany(wait);
        allowance.Asked(command?.Operations(arguments.Length) ?? 1);
        allowance.Moved(arguments.Sum(argument => (long)argument.Length));
        return null;
    }

    /// <summary>Before anything is begun: a first write changes its database's bucket. Null: it may go on.</summary>
    private string? RightMissing(CommandSpec command, Argument[] arguments)
    {
        if (!services.IsControlled || command.Keys == KeyUse.None) return null;
        var role = command.IsWrite ? Role.Write : Role.Read;
        var bucket = services.Databases.NameOf(session.Database);
        var caller = services.CallerOf(session);
        return command.KeysOf(arguments).All(key => caller?.May(role, bucket, key.Span) == true) ? null
            : $"NOPERM {new AccessDenied(role, bucket).Reason} Nothing was done.";
    }

    private ValueTask AnswerAsync(string error, CommandSpec? command = null)
    {
        var call = Begun([], command);
        call.Reply = Task.FromResult<Reply>(new ErrorReply(error));
        call.ReturnBodies();
        return QueueAsync(call);
    }

    private Call Begun(Argument[] arguments, CommandSpec? command)
    {
        EndArriving();
        var call = new Call(services, session, arguments, command?.Name);
        foreach (var bytes in _held) call.HoldBody(bytes);
        _held.Clear();
        call.HoldTurn(_turn?.End() ?? 0);
        _turn = null;
        return call;
    }

    private ValueTask QueueAsync(Call call) => _calls.Writer.TryWrite(call) ? ValueTask.CompletedTask : _calls.Writer.WriteAsync(call);

    private async Task<Reply> RunAsync(CommandSpec command, Call call)
    {
        try
        {
            return await command.Run(call);
        }
        catch (CommandFailedException failure)
        {
            return new ErrorReply(failure.Message);
        }
        catch (Exception failure)
        {
            log.LogError(failure, "{Command} failed", command.Name);
            return new ErrorReply($"ERR {OutcomeProblems.Internal().Detail}");
        }
        finally
        {
            call.ReturnBodies();
        }
    }

    // ---- Writing

    private async Task WriteAsync()
    {
        while (await _calls.Reader.WaitToReadAsync())
        {
            while (_calls.Reader.TryRead(out var call))
            {
                call.TakeTurn();
                if (!call.Reply.IsCompleted) await TryAsync(FlushAsync());
                var reply = await call.Reply;
                services.Meter?.Answered(call.Command, reply);
                if (!_isGone) await TryAsync(WriteAsync(reply, call.Version));
                call.End();
            }

            await TryAsync(FlushAsync());
        }
    }

    /// <summary>Whoever went away is told nothing more, and what was begun for him still ends.</summary>
    private async ValueTask TryAsync(ValueTask writing)
    {
        try
        {
            await writing;
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or OperationCanceledException)
        {
            _isGone = true;
            connection.Abort();
        }
    }

    private ValueTask WriteAsync(Reply reply, int version)
    {
        var output = connection.Transport.Output;
        if (services.IsControlled && services.CallerOf(session) is { } caller) services.Allowances.Of(caller)?.Moved(reply.Bytes);
        if (reply.Bytes > PieceBytes) return WriteLargeAsync(reply, version);
        reply.Write(output, version);
        return output.UnflushedBytes > PieceBytes ? FlushAsync() : ValueTask.CompletedTask;
    }

    private async ValueTask WriteLargeAsync(Reply reply, int version)
    {
        var transfer = services.Bounds.Answers.Begin(reply.Bytes, connection.Abort);
        try
        {
            await WriteInPiecesAsync(reply, version, transfer);
        }
        finally
        {
            services.Bounds.Answers.End(transfer);
        }
    }

    private async ValueTask WriteInPiecesAsync(Reply reply, int version, Transfer transfer)
    {
        var output = connection.Transport.Output;
        switch (reply)
        {
            case ArrayReply array:
                array.WriteHead(output);
                foreach (var item in array.Items) await WriteInPiecesAsync(item, version, transfer);
                break;
            case BulkReply bulk:
                bulk.WriteHead(output);
                for (var at = 0; at < bulk.Value.Length; at += PieceBytes)
                {
                    var piece = bulk.Value.Slice(at, Math.Min(PieceBytes, bulk.Value.Length - at));
                    output.Write(piece.Span);
                    if (output.UnflushedBytes < PieceBytes) continue;
                    transfer.Waits();
                    await FlushAsync();
                    transfer.Moved(piece.Length);
                }

                output.Write("\r\n"u8);
                break;
            default:
                reply.Write(output, version);
                break;
        }
    }

    private async ValueTask FlushAsync()
    {
        if (_isGone || connection.Transport.Output.UnflushedBytes == 0) return;
        if ((await connection.Transport.Output.FlushAsync()).IsCompleted) throw new ConnectionAbortedException();
    }
}
