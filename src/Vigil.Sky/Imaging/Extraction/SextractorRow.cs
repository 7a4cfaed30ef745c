namespace Vigil.Sky.Imaging;

/// <summary>A detection as a row of SExtractor's catalogues.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Detection">What was measured.</param>
/// <param name="Iso">Where its isophotal centroid is on the sky.</param>
/// <param name="Win">Where its windowed centroid is on the sky.</param>
/// <param name="ZeroPoint">Magnitude of a flux of 1.</param>
readonly record struct SextractorRow(int Number, Detection Detection, (double Ra, double Dec) Iso, (double Ra, double Dec) Win,
    double ZeroPoint);
