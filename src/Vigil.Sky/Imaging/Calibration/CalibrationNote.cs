namespace Vigil.Sky.Imaging;

/// <summary>A remark on a calibration, for programs and for people.</summary>
/// <param name="Concern">What it is about.</param>
/// <param name="Message">A sentence for the observer, with the numbers.</param>
public sealed record CalibrationNote(CalibrationConcern Concern, string Message);
