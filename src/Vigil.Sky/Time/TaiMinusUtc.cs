namespace Vigil.Sky.Time;

/// <summary>How far TAI is ahead of UTC at a date.</summary>
/// <param name="Seconds">TAI - UTC.</param>
/// <param name="Knowledge">Whether that was announced; a warning otherwise.</param>
public readonly record struct TaiMinusUtc(double Seconds, LeapSecondKnowledge Knowledge);
