namespace Akka.Hosting;

/// <summary>Where added configuration stands to what was added before.</summary>
public enum HoconAddMode
{
    /// <summary>Wins over what is there.</summary>
    Prepend = 0,

    /// <summary>Gives way to what is there.</summary>
    Append = 1,

    /// <summary>Takes the place of everything.</summary>
    Replace = 2,
}
