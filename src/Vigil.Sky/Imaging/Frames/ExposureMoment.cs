namespace Vigil.Sky.Imaging;

/// <summary>A moment of an exposure.</summary>
public enum ExposureMoment
{
    /// <summary>The shutter opens.</summary>
    Start,
    /// <summary>Half of the exposure is over.</summary>
    Middle,
    /// <summary>The shutter closes.</summary>
    End,
}
