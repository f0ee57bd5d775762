namespace Akka.Actor;

/// <summary>Messages that an actor has put aside until it can deal with them; they keep their sender and their order.</summary>
public interface IStash
{
    int Count { get; }

    bool IsEmpty { get; }

    bool NonEmpty { get; }

    /// <summary>Puts the current message aside.</summary>
    void Stash();

    /// <summary>Puts the oldest message back in front of the mailbox.</summary>
    void Unstash();

    /// <summary>Puts all back in front of the mailbox, the oldest first.</summary>
    void UnstashAll();

    void UnstashAll(Func<Envelope, bool> predicate);

    /// <summary>Takes all out without handling them.</summary>
    IEnumerable<Envelope> ClearStash();

    void Prepend(IEnumerable<Envelope> envelopes);
}

public interface IWithStash
{
    IStash Stash { get; set; }
}

/// <summary>Asks for a stash without a limit: it is set after the constructor, before PreStart.</summary>
public interface IWithUnboundedStash : IWithStash;

/// <summary>A stash in front of the cell's mailbox.</summary>
internal sealed class Stash(ActorCell cell) : IStash
{
    private LinkedList<Envelope> _stashed = new();

    public int Count => _stashed.Count;

    public bool IsEmpty => _stashed.Count == 0;

    public bool NonEmpty => _stashed.Count > 0;

    void IStash.Stash()
    {
        Envelope current = cell.CurrentEnvelope;
        if (current.Message is null)
            throw new InvalidOperationException($"{cell.Self} stashes outside a message handler: there is no current message.");
        _stashed.AddLast(current);
    }

    public void Unstash()
    {
        if (_stashed.First is not { } first)
            return;
        _stashed.RemoveFirst();
        PutBack([first.Value]);
    }

    public void UnstashAll()
    {
        if (_stashed.Count > 0)
            PutBack([.. ClearStash()]);
    }

    public void UnstashAll(Func<Envelope, bool> predicate)
    {
        if (_stashed.Count > 0)
            PutBack([.. ClearStash().Where(predicate)]);
    }

    private void PutBack(Envelope[] envelopes)
    {
        foreach (Envelope envelope in envelopes)
            if (envelope.Message is Terminated terminated)
                cell.TerminatedComesAgain(terminated);
        cell.Mailbox.Prepend(envelopes);
    }

    public IEnumerable<Envelope> ClearStash()
    {
        LinkedList<Envelope> all = _stashed;
        _stashed = new LinkedList<Envelope>();
        return all;
    }

    public void Prepend(IEnumerable<Envelope> envelopes)
    {
        foreach (Envelope envelope in envelopes.Reverse())
            _stashed.AddFirst(envelope);
    }
}
