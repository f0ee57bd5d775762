using System.Globalization;
using System.Text;

namespace Akka.Actor;

internal sealed partial class ActorCell
{
    // Looked up by other threads (selections, names off the wire), so every access is under the lock.
    private readonly Lock _childrenLock = new();
    private Dictionary<string, ChildEntry>? _children;
    private long _namesGiven;
    private bool _refusesChildren;

    public IActorRef ActorOf(Props props, string? name = null) => CreateChild(props, name);

    public void Stop(IActorRef child)
    {
        MarkStopping(child);
        ((IInternalActorRef)child).Stop();
    }

    internal void MarkStopping(IActorRef child)
    {
        if (ChildOf(child) is { } mine)
            mine.IsStopping = true;
    }

    public ActorSelection ActorSelection(string path) => SystemImpl.Select(path, Self);

    public ActorSelection ActorSelection(ActorPath path) => SystemImpl.ActorSelection(path);

    public IActorRef Child(string name) => ChildNamed(name) ?? (IActorRef)ActorRefs.Nobody;

    public IEnumerable<IActorRef> GetChildren()
    {
        var refs = new List<IActorRef>();
        foreach (ChildEntry child in Children())
            refs.Add(child.Ref);
        return refs;
    }

    /// <summary>For the guardians: may be called from any thread.</summary>
    internal IInternalActorRef CreateChild(Props props, string? name)
    {
        if (name is not null && !ActorPath.IsValidPathElement(name))
            throw new InvalidActorNameException(name.Length == 0
                ? "An actor's name must not be empty: give a name, or null to have one made up."
                : $"'{name}' is no actor name: letters, digits and -_.*+:@&=,!~';() are, others percent-encoded, and not a leading $.");
        IInternalActorRef child;
        lock (_childrenLock)
        {
            if (_refusesChildren || IsTerminated)
                throw new InvalidOperationException($"{Self} is stopping or restarting and takes no new child '{name}'.");
            _children ??= [];
            name ??= NextName();
            if (_children.ContainsKey(name))
                throw new InvalidActorNameException($"Actor name \"{name}\" is not unique: {Self} already has a child of this name.");
            child = SystemImpl.Provider.ActorOf(SystemImpl, props, Self, new ChildActorPath(Self.Path, name, SystemImpl.NextUid()));
            _children.Add(name, new ChildEntry(child));
            // Before anybody can find it: nothing may be in its mailbox ahead of the message that creates it.
            child.Start();
        }
        return child;
    }

    internal IInternalActorRef? ChildNamed(string nameAndUid)
    {
        int mark = nameAndUid.IndexOf('#');
        string name = mark < 0 ? nameAndUid : nameAndUid[..mark];
        lock (_childrenLock)
        {
            if (_children is null || !_children.TryGetValue(name, out ChildEntry? child))
                return null;
            return mark < 0 || nameAndUid.AsSpan(mark + 1).SequenceEqual(child.Ref.Path.Uid.ToString(CultureInfo.InvariantCulture))
                ? child.Ref : null;
        }
    }

    private ChildEntry[] Children()
    {
        lock (_childrenLock)
            return _children is null ? [] : [.. _children.Values];
    }

    private ChildEntry? ChildOf(IActorRef actor)
    {
        lock (_childrenLock)
            return _children is not null && _children.TryGetValue(actor.Path.Name, out ChildEntry? child) && child.Ref.Equals(actor)
                ? child : null;
    }

    private bool RemoveChild(IActorRef actor)
    {
        lock (_childrenLock)
            return ChildOf(actor) is not null && _children!.Remove(actor.Path.Name);
    }

    /// <summary>Stops all children and takes no new ones. True if there are any to wait for.</summary>
    private bool StopChildrenBeforeGoingOn()
    {
        ChildEntry[] children;
        lock (_childrenLock)
        {
            _refusesChildren = true;
            children = _children is null ? [] : [.. _children.Values];
        }
        foreach (ChildEntry child in children)
        {
            child.IsStopping = true;
            child.Ref.Stop();
        }
        return children.Length > 0;
    }

    private bool HasChildren
    {
        get
        {
            lock (_childrenLock)
                return _children is { Count: > 0 };
        }
    }

    private bool AnyChildStopping
    {
        get
        {
            foreach (ChildEntry child in Children())
                if (child.IsStopping)
                    return true;
            return false;
        }
    }

    private string NextName()
    {
        var name = new StringBuilder("$");
        NameOf(_namesGiven++, name);
        return name.ToString();
    }

    internal static void NameOf(long number, StringBuilder name)
    {
        const string Digits = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+~";
        do
        {
            name.Append(Digits[(int)(number & 63)]);
            number >>= 6;
        }
        while (number > 0);
    }

    /// <summary>A child and how often it has been restarted.</summary>
    internal sealed class ChildEntry(IInternalActorRef @ref)
    {
        private int _restarts;
        private TimeSpan? _windowStart;

        internal IInternalActorRef Ref { get; } = @ref;

        /// <summary>Its parent has told it to stop and waits for its end.</summary>
        internal bool IsStopping { get; set; }

        /// <summary>
        /// Counts a restart, and says whether it is still within <paramref name="retriesMax"/> (negative: no limit) during
        /// <paramref name="window"/> (null: for ever).
        /// </summary>
        internal bool MayRestart(int retriesMax, TimeSpan? window, TimeSpan now)
        {
            if (retriesMax == 0)
                return false;
            if (retriesMax < 0 && window is null)
                return true;
            if (window is { } length)
            {
                if (_windowStart is not { } start || now - start > length)
                {
                    _windowStart = now;
                    _restarts = 1;
                    return true;
                }
                // A window without a number allows one restart in it.
                retriesMax = Math.Max(retriesMax, 1);
            }
            return ++_restarts <= retriesMax;
        }
    }
}
