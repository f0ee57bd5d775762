using Akka.Dispatch.SysMsg;
using Akka.Util;

namespace Akka.Actor;

internal sealed partial class ActorCell
{
    // What is told for each actor watched: Terminated unless a message of the actor's own was asked for.
    private Dictionary<IActorRef, Option<object>>? _watching;
    private Dictionary<IActorRef, Option<object>>? _terminatedOnItsWay;
    private HashSet<IActorRef>? _watchedBy;
    private bool _hearsOfAddresses;

    public IActorRef Watch(IActorRef subject) => Watch(subject, Option<object>.None);

    public IActorRef WatchWith(IActorRef subject, object message) => Watch(subject, new Option<object>(message));

    public IActorRef Unwatch(IActorRef subject)
    {
        var actor = (IInternalActorRef)subject;
        if (_watching is not null && _watching.Remove(actor))
        {
            actor.SendSystemMessage(new Unwatch(actor, Self));
            ListenForAddresses();
        }
        _terminatedOnItsWay?.Remove(actor);
        return subject;
    }

    private IActorRef Watch(IActorRef subject, Option<object> message)
    {
        var actor = (IInternalActorRef)subject;
        if (actor.Equals(Self))
            return subject;
        _watching ??= [];
        if (_watching.TryGetValue(actor, out Option<object> before))
        {
            if (before.HasValue != message.HasValue || !Equals(before.Value, message.Value))
                throw new InvalidOperationException(
                    $"{Self} already watches {subject} with another message: unwatch it before watching it with {message}.");
            return subject;
        }
        _watching.Add(actor, message);
        ListenForAddresses();
        actor.SendSystemMessage(new Watch(actor, Self));
        return subject;
    }

    private void AddWatcher(IActorRef watchee, IActorRef watcher)
    {
        if (watchee.Equals(Self) && !watcher.Equals(Self))
        {
            (_watchedBy ??= []).Add(watcher);
            ListenForAddresses();
        }
    }

    private void RemoveWatcher(IActorRef watchee, IActorRef watcher)
    {
        if (watchee.Equals(Self) && _watchedBy is not null && _watchedBy.Remove(watcher))
            ListenForAddresses();
    }

    private void ActorDied(DeathWatchNotification died)
    {
        bool wasChild = RemoveChild(died.Actor);
        if (!IsTerminating && _watching is not null && _watching.Remove(died.Actor, out Option<object> message))
        {
            (_terminatedOnItsWay ??= [])[died.Actor] = message;
            ListenForAddresses();
            Self.Tell(new Terminated(died.Actor, died.ExistenceConfirmed, died.AddressTerminated), died.Actor);
        }
        if (!wasChild)
            return;
        if (_awaiting == Awaiting.ChildrenBeforeStop && !HasChildren)
            FinishStop();
        else if (_awaiting == Awaiting.ChildrenBeforeRestart && !AnyChildStopping)
            FinishRestart(_restartCause!);
    }

    private void ReceiveTerminated(Terminated terminated)
    {
        // Unwatched since, if it is not on its way any more.
        if (_terminatedOnItsWay is null || !_terminatedOnItsWay.Remove(terminated.ActorRef, out Option<object> message))
            return;
        object told = message.HasValue ? message.Value : terminated;
        _currentMessage = told;
        Receive(told);
    }

    /// <summary>It was stashed, so the watch behind it has been dealt with already.</summary>
    internal void TerminatedComesAgain(Terminated terminated) =>
        (_terminatedOnItsWay ??= [])[terminated.ActorRef] = Option<object>.None;

    private void AddressIsTerminated(Address address)
    {
        if (_watchedBy is not null)
        {
            _watchedBy.RemoveWhere(watcher => watcher.Path.Address == address);
            ListenForAddresses();
        }
        if (_watching is null)
            return;
        foreach (IActorRef watched in new List<IActorRef>(_watching.Keys))
            if (watched.Path.Address == address)
                Self.SendSystemMessage(new DeathWatchNotification(watched, ExistenceConfirmed: false, AddressTerminated: true));
    }

    private void TellWatchersOfTheEnd()
    {
        if (_watchedBy is null)
            return;
        var end = new DeathWatchNotification(Self, ExistenceConfirmed: true, AddressTerminated: false);
        // Those on other nodes first: local watchers may be about to shut the network down.
        foreach (IActorRef watcher in _watchedBy)
            if (!((IInternalActorRef)watcher).IsLocal)
                ((IInternalActorRef)watcher).SendSystemMessage(end);
        foreach (IActorRef watcher in _watchedBy)
            if (((IInternalActorRef)watcher).IsLocal && !watcher.Equals(Parent))
                ((IInternalActorRef)watcher).SendSystemMessage(end);
        _watchedBy = null;
    }

    private void UnwatchAll()
    {
        if (_watching is not null)
            foreach (IActorRef watched in _watching.Keys)
                ((IInternalActorRef)watched).SendSystemMessage(new Unwatch((IInternalActorRef)watched, Self));
        _watching = null;
        _terminatedOnItsWay = null;
        ListenForAddresses();
    }

    // A lost node is announced to those that watch, or are watched from, another node.
    private void ListenForAddresses()
    {
        bool should = HasRemote(_watching?.Keys) || HasRemote(_watchedBy);
        if (should == _hearsOfAddresses)
            return;
        _hearsOfAddresses = should;
        if (should)
            SystemImpl.AddressTerminatedListeners.Add(Self);
        else
            SystemImpl.AddressTerminatedListeners.Remove(Self);
    }

    private static bool HasRemote(IEnumerable<IActorRef>? actors)
    {
        if (actors is not null)
            foreach (IActorRef actor in actors)
                if (!((IInternalActorRef)actor).IsLocal)
                    return true;
        return false;
    }
}
