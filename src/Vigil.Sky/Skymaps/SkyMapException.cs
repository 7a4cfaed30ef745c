namespace Vigil.Sky.Skymaps;

/// <summary>Numbers that should be a probability over the sky are none; the message says why and what to do.</summary>
public sealed class SkyMapException(string message) : Exception(message);
