using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

internal sealed partial class ActorCell
{
    private enum Awaiting
    {
        Nothing,
        ChildrenBeforeRestart,
        ChildrenBeforeStop,
    }

    private Awaiting _awaiting;
    private Exception? _restartCause;
    private IActorRef? _failedChild;
    private bool _failed;
    private bool _failedHard;

    /// <summary>An actor's constructor runs: the only time at which one may.</summary>
    internal bool IsCreating { get; private set; }

    internal bool IsTerminating => _awaiting == Awaiting.ChildrenBeforeStop || IsTerminated;

    internal void SystemInvoke(ISystemMessage message)
    {
        try
        {
            switch (message)
            {
                case AsyncContinuation continuation:
                    Continue(continuation);
                    break;
                case Watch watch:
                    AddWatcher(watch.Watchee, watch.Watcher);
                    break;
                case Unwatch unwatch:
                    RemoveWatcher(unwatch.Watchee, unwatch.Watcher);
                    break;
                case DeathWatchNotification died:
                    ActorDied(died);
                    break;
                case Create create:
                    CreateActor(create.Failure);
                    break;
                case Failed failed:
                    ChildFailed(failed);
                    break;
                case Recreate recreate:
                    RestartActor(recreate.Cause);
                    break;
                case Suspend:
                    SuspendSelfAndChildren(except: null);
                    break;
                case Resume resume:
                    ResumeActor(resume.CausedByFailure);
                    break;
                case Terminate:
                    StopActor();
                    break;
                default:
                    throw new NotSupportedException($"{Self} was sent a system message it does not know: {message.GetType()}.");
            }
        }
        catch (Exception cause)
        {
            Fail(cause);
        }
    }

    /// <summary>Stands still, children too, until the parent has decided what to do about it.</summary>
    internal void Fail(Exception cause)
    {
        try
        {
            if (!_failed)
            {
                _failed = true;
                SuspendSelfAndChildren(except: _failedChild);
                if (_actor is null)
                    _failedHard = true;
                Parent.SendSystemMessage(new Failed(Self, cause, Self.Path.Uid));
            }
            else if (!IsTerminated)
            {
                // A second failure while the first is being dealt with: nothing good can come of this instance.
                Parent.SendSystemMessage(new Failed(Self, cause, Self.Path.Uid));
            }
        }
        catch (Exception unexpected)
        {
            Publish(new Error(unexpected, Self.Path.ToString(), typeof(ActorCell), $"stopping {Self}: reporting a failure failed"));
            Self.Stop();
        }
    }

    private void ChildFailed(Failed failed)
    {
        if (ChildOf(failed.Child) is not { } child)
            return;
        if (_actor is null)
        {
            // On the way to a restart or a stop: this child will not be kept.
            child.Ref.Stop();
            return;
        }
        _currentMessage = failed;
        _sender = failed.Child;
        if (!_actor.SupervisorStrategyInternal.HandleFailure(this, child, failed.Cause, Children()))
        {
            _failedChild = failed.Child;
            Fail(failed.Cause);
        }
        else
        {
            _currentMessage = null;
            _sender = null;
        }
    }

    private void CreateActor(ActorInitializationException? failure)
    {
        if (failure is not null)
            throw failure;
        try
        {
            _actor = NewActor();
            _actor.AroundPreStart();
            if (_receiveTimeout is not null)
                RestartReceiveTimeoutAfter(this);
        }
        catch (Exception cause)
        {
            ForgetActor();
            throw cause as ActorInitializationException
                ?? new ActorInitializationException(Self, $"Exception during creation of {Self}: {cause.Message}", cause);
        }
    }

    private ActorBase NewActor()
    {
        _behaviors = null;
        _behavior = null;
        IsCreating = true;
        try
        {
            ActorBase actor = Props.NewActor();
            actor.GiveTools(this);
            return actor;
        }
        finally
        {
            IsCreating = false;
        }
    }

    private void RestartActor(Exception cause)
    {
        if (_awaiting == Awaiting.ChildrenBeforeStop)
            return;
        if (_actor is null)
        {
            // It never came to life: building it again is all a restart can mean.
            if (StopChildrenBeforeGoingOn())
            {
                _awaiting = Awaiting.ChildrenBeforeRestart;
                _restartCause = cause;
            }
            else
                FinishRestart(cause);
            return;
        }
        if (!_failed)
        {
            _failed = true;
            SuspendSelfAndChildren(except: null);
        }
        ActorBase failedActor = _actor;
        if (!_failedHard)
        {
            try
            {
                failedActor.AroundPreRestart(cause, _currentMessage!);
            }
            catch (Exception thrown)
            {
                Publish(new Error(thrown, Self.Path.ToString(), failedActor.GetType(), $"PreRestart threw: {thrown.Message}"));
                _failedHard = true;
                throw new PreRestartException(Self, thrown, cause, _currentMessage);
            }
        }
        ForgetActor();
        _restartCause = cause;
        if (AnyChildStopping)
            _awaiting = Awaiting.ChildrenBeforeRestart;
        else
            FinishRestart(cause);
    }

    private void FinishRestart(Exception cause)
    {
        _awaiting = Awaiting.Nothing;
        _restartCause = null;
        ChildEntry[] survivors;
        lock (_childrenLock)
        {
            _refusesChildren = false;
            survivors = Children();
        }
        try
        {
            ActorBase fresh = NewActor();
            _actor = fresh;
            _failedHard = false;
            EndFailure();
            fresh.AroundPostRestart(cause, null!);
            if (_receiveTimeout is not null)
                RestartReceiveTimeoutAfter(this);
        }
        catch (Exception thrown)
        {
            ForgetActor();
            throw new PostRestartException(Self, thrown, cause);
        }
        finally
        {
            _currentMessage = null;
            _sender = null;
        }
        _failedChild = null;
        foreach (ChildEntry child in survivors)
        {
            child.Ref.Restart(cause);
            child.Ref.Resume();
        }
    }

    private void ResumeActor(Exception? causedByFailure)
    {
        if (_actor is null && causedByFailure is not null)
        {
            RestartActor(causedByFailure);
            return;
        }
        if (causedByFailure is not null)
            EndFailure();
        else
            _mailbox.Resume();
        foreach (ChildEntry child in Children())
            child.Ref.Resume(causedByFailure is not null && child.Ref.Equals(_failedChild) ? causedByFailure : null);
        _failedChild = null;
    }

    private void EndFailure()
    {
        if (_failed)
        {
            _failed = false;
            _mailbox.Resume();
        }
    }

    // A child whose failure is the cause stands still already.
    private void SuspendSelfAndChildren(IActorRef? except)
    {
        _mailbox.Suspend();
        foreach (ChildEntry child in Children())
            if (!child.Ref.Equals(except))
                child.Ref.Suspend();
    }

    private void StopActor()
    {
        if (_awaiting == Awaiting.ChildrenBeforeStop)
            return;
        SetReceiveTimeout(null);
        if (StopChildrenBeforeGoingOn())
        {
            if (_awaiting != Awaiting.ChildrenBeforeRestart)
                _mailbox.Suspend();
            _awaiting = Awaiting.ChildrenBeforeStop;
        }
        else
            FinishStop();
    }

    private void FinishStop()
    {
        _awaiting = Awaiting.ChildrenBeforeStop;
        ActorBase? actor = _actor;
        try
        {
            actor?.AroundPostStop();
        }
        catch (Exception thrown)
        {
            Publish(new Error(thrown, Self.Path.ToString(), actor!.GetType(), $"PostStop threw: {thrown.Message}"));
        }
        ForgetActor();
        _mailbox.Close();
        _mailbox.Dispatcher.Detach();
        TellWatchersOfTheEnd();
        Parent.SendSystemMessage(new DeathWatchNotification(Self, ExistenceConfirmed: true, AddressTerminated: false));
        UnwatchAll();
    }

    private void ForgetActor()
    {
        _actor?.TakeToolsAway();
        _actor = null;
        _behaviors = null;
        _behavior = null;
    }

    private void Publish(LogEvent @event) => SystemImpl.EventStream.Publish(@event);
}
