namespace Vigil.Sky.LightCurves;

/// <summary>Points of a light curve taken together.</summary>
/// <param name="Mjd">Mean time, with the weights of the value.</param>
/// <param name="Value">Mean with weights 1 / err².</param>
/// <param name="Err">1σ error of the mean, from the errors: 1 / √(Σ 1 / err²).</param>
/// <param name="Chi2">Σ ((value - mean) / err)² of the points: about Count - 1 where the errors are right.</param>
/// <param name="Count">How many points.</param>
public readonly record struct LightCurveBin(double Mjd, double Value, double Err, double Chi2, int Count);
