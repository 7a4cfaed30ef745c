using Microsoft.EntityFrameworkCore;
using Vigil.Data;
using Vigil.Sky.Photometry;

namespace Vigil.Photometry;

/// <summary>A point of a light curve as it is drawn and taken away.</summary>
/// <param name="Mjd">UTC.</param>
/// <param name="Flux">µJy; null where nothing was detected.</param>
/// <param name="FluxErr">µJy, 1σ.</param>
/// <param name="LimitingMag">As given, in <paramref name="Magsys"/>.</param>
/// <param name="Instrument">Its name.</param>
sealed record LightCurvePoint(
    int SourceKey, double Mjd, string Band, double? Flux, double FluxErr, double? LimitingMag, string Magsys, string Instrument, string? Observer)
{
    /// <summary>AB magnitude and its 1σ error. Where the flux has no magnitude: the limit, with the error -1.</summary>
    public (double Mag, double Error) AbMag => Flux is > 0 and var flux
        ? (AbMagnitude.FromFlux(flux), AbMagnitude.ErrFromFlux(flux, FluxErr))
        // Without a limit given: 5σ.
        : (LimitingMag is { } limit ? limit - MagnitudeSystems.Offset(Magsys, Band) : AbMagnitude.FromFlux(5 * FluxErr), -1);
}

/// <summary>Reads light curves.</summary>
static class LightCurve
{
    /// <summary>The points of some sources that the viewer sees, in order of time. One statement.</summary>
    public static IAsyncEnumerable<LightCurvePoint> ReadAsync(VigilDb db, int[] sourceKeys, CancellationToken ct) =>
        db.Photometry.AsNoTracking().Where(p => p.Active && sourceKeys.Contains(p.SourceKey)).OrderBy(p => p.Mjd).ThenBy(p => p.Id)
            .Select(p => new LightCurvePoint(p.SourceKey, p.Mjd, p.Band, p.Flux, p.FluxErr, p.LimitingMag, p.Magsys,
                p.Instrument!.Name, p.Observer))
            .AsAsyncEnumerable();
}
