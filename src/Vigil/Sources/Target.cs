using Vigil.Photometry;
using Vigil.Sky;
using Vigil.Sky.Observing;
using Vigil.Sky.Photometry;

namespace Vigil.Sources;

/// <summary>A source as those see it who plan observations: with its newest detection and what follows from it.</summary>
sealed record Target(Source Source)
{
    /// <summary>What BHTOM says where nothing was ever detected.</summary>
    public const double NeverSeenMag = 100;

    /// <summary>What a target that was never detected has waited, in days.</summary>
    public const double NeverSeenDays = 10;

    /// <summary>MJD, UTC, of the newest detection that the viewer sees.</summary>
    public double? LastMjd { get; init; }
    /// <summary>Its flux, µJy.</summary>
    public double? LastFlux { get; init; }
    public string? LastBand { get; init; }

    /// <summary>The target lists that it is on: name and id.</summary>
    public IReadOnlyList<(string Name, int Id)> Lists { get; init; } = [];

    /// <summary>Magnitude of the newest detection, in the usual system of its band.</summary>
    public double? LastMag => LastFlux is { } flux ? AbMagnitude.FromFlux(flux) + UsualSystem.Offset(LastBand!) : null;

    /// <summary>Urgency, to a tenth: importance times the number of cadences that have passed since the last detection.</summary>
    /// <param name="mjd">Now.</param>
    public double Priority(double mjd) => Source.Cadence == 0 ? 0
        : Math.Round(Source.Importance * (LastMjd is { } last ? mjd - last : NeverSeenDays) / Source.Cadence, 1);

    /// <summary>Whole degrees from the Sun.</summary>
    public double SunSeparation(double mjd)
    {
        var (ra, dec) = Sun.Position(mjd);
        return Math.Round(Sphere.Separation(Source.Ra, Source.Dec, ra, dec));
    }
}
