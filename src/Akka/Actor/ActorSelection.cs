using System.IO.Enumeration;

namespace Akka.Actor;

/// <summary>
/// The actors that a path leads to at the time of each message: <c>/user/node/vnodes/*</c>, <c>../sibling</c>. Who does not exist
/// gets nothing.
/// </summary>
public class ActorSelection : ICanTell
{
    internal ActorSelection(IActorRef anchor, IEnumerable<string> elements)
    {
        Anchor = anchor;
        Elements = [.. elements.Where(element => element.Length > 0)];
    }

    public IActorRef Anchor { get; }

    public string PathString => "/" + string.Join('/', Elements);

    internal string[] Elements { get; }

    public void Tell(object message, IActorRef? sender = null) =>
        new ActorSelectionMessage(message, Elements).ContinueFrom((IInternalActorRef)Anchor, sender ?? ActorCell.CurrentSelfOrNoSender);

    /// <summary>The one actor that is there; fails with <see cref="ActorNotFoundException"/> if there is none in time.</summary>
    public Task<IActorRef> ResolveOne(TimeSpan timeout) => ResolveOne(timeout, CancellationToken.None);

    public async Task<IActorRef> ResolveOne(TimeSpan timeout, CancellationToken ct)
    {
        try
        {
            ActorIdentity identity = await this.Ask<ActorIdentity>(new Identify(this), timeout, ct).ConfigureAwait(false);
            return identity.Subject ?? throw new ActorNotFoundException($"There is no actor at {this}.");
        }
        catch (AskTimeoutException late)
        {
            throw new ActorNotFoundException($"No actor at {this} answered within {timeout}.", late);
        }
    }

    public override string ToString() => $"ActorSelection[Anchor({Anchor.Path}), Path({PathString})]";
}

/// <summary>A message on its way along a selection; it crosses the wire with what is left of the path.</summary>
internal sealed class ActorSelectionMessage(object message, string[] elements) : IAutoReceivedMessage, IPossiblyHarmful
{
    internal object Message { get; } = message;

    internal string[] Elements { get; } = elements;

    /// <summary>Walks on as far as this process knows the way, then delivers or hands on.</summary>
    internal void ContinueFrom(IInternalActorRef at, IActorRef? sender)
    {
        for (int i = 0; i < Elements.Length; i++)
        {
            if (!at.IsLocal)
            {
                at.Tell(new ActorSelectionMessage(Message, Elements[i..]), sender!);
                return;
            }
            string element = Elements[i];
            if (element.AsSpan().ContainsAny('*', '?'))
            {
                FanOut(at, element, Elements[(i + 1)..], sender);
                return;
            }
            IInternalActorRef? next = element == ".." ? at.Parent : at.GetChild([element]) as IInternalActorRef;
            if (next is null or Nobody)
            {
                NotFound(at, Elements[i..], sender);
                return;
            }
            at = next;
        }
        at.Tell(Message, sender!);
    }

    public override string ToString() => $"{Message} to {string.Join('/', Elements)}";

    private void FanOut(IInternalActorRef at, string pattern, string[] rest, IActorRef? sender)
    {
        if (at is not LocalActorRef parent)
            return;
        foreach (IActorRef child in parent.Cell.GetChildren())
            if (FileSystemName.MatchesSimpleExpression(pattern, child.Path.Name, ignoreCase: false))
                new ActorSelectionMessage(Message, rest).ContinueFrom((IInternalActorRef)child, sender);
    }

    // Whoever asks for an identity is told that there is none; anything else is a dead letter.
    private void NotFound(IInternalActorRef at, string[] rest, IActorRef? sender)
    {
        if (Message is Identify identify)
            sender?.Tell(new ActorIdentity(identify.MessageId, null), ActorRefs.NoSender);
        else
            at.Provider.DeadLetters.Tell(
                new Event.DeadLetter(Message, sender!, new EmptyLocalActorRef(at.Provider, at.Path / rest)), sender!);
    }
}
