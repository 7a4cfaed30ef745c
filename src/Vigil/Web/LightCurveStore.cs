using Microsoft.EntityFrameworkCore;
using Vigil.Data;
using Vigil.Photometry;
using Vigil.Sky.Photometry;

namespace Vigil.Web;

/// <summary>A measurement as a light curve shows it: AB magnitudes, µJy, and a limit where nothing was detected.</summary>
/// <param name="Mjd">UTC.</param>
/// <param name="Flux">µJy; null where none was given.</param>
/// <param name="GivenLimit">Limiting magnitude in <paramref name="Magsys"/>, as given.</param>
sealed record CurvePoint(
    long Id, double Mjd, string Band, string Instrument, string Telescope, double? Flux, double FluxErr,
    double? GivenLimit, string Magsys, string Origin, string? Observer)
{
    /// <summary>Significance from which a flux is a detection, as in the statistics of light curves.</summary>
    const double DetectionSigma = 3;

    public bool Detected => Flux > 0 && Flux >= DetectionSigma * FluxErr;

    /// <summary>AB; null where nothing was detected.</summary>
    public double? Mag => Detected ? AbMagnitude.FromFlux(Flux!.Value) : null;

    /// <summary>1σ; null where nothing was detected.</summary>
    public double? MagErr => Detected ? AbMagnitude.ErrFromFlux(Flux!.Value, FluxErr) : null;

    /// <summary>AB magnitude down to which the source would have been seen: as given, else five times the
    /// error; null where neither is known.</summary>
    public double? Limit =>
        GivenLimit is { } limit && Bands.Find(Band) is { } band ? limit + MagnitudeSystem.ZeroPointOffset(Magsys, band)
        : FluxErr > 0 ? AbMagnitude.LimitingMag(FluxErr) : null;

    public DateTimeOffset Time => Sky.Mjd.ToTime(Mjd);
}

/// <summary>Light curves as the viewer may see them.</summary>
sealed class LightCurveStore(VigilDb db)
{
    /// <summary>The key of a source, or null where there is none of that name.</summary>
    public async Task<int?> KeyAsync(string id, CancellationToken ct) =>
        await db.Sources.Where(s => s.Id == id).Select(s => (int?)s.Key).FirstOrDefaultAsync(ct);

    /// <summary>All points in order of time.</summary>
    public IAsyncEnumerable<CurvePoint> Points(int sourceKey) =>
        Shown(Visible(sourceKey).OrderBy(p => p.Mjd).ThenBy(p => p.Id)).AsAsyncEnumerable();

    /// <summary>Some of the points, the newest first.</summary>
    public async Task<(List<CurvePoint> Points, int Total)> LatestAsync(int sourceKey, int skip, int take,
        CancellationToken ct) =>
        (await Shown(Visible(sourceKey).OrderByDescending(p => p.Mjd).ThenByDescending(p => p.Id).Skip(skip).Take(take))
            .ToListAsync(ct),
            await Visible(sourceKey).CountAsync(ct));

    IQueryable<PhotometryPoint> Visible(int sourceKey) =>
        db.Photometry.AsNoTracking().Where(p => p.SourceKey == sourceKey && p.Active);

    static IQueryable<CurvePoint> Shown(IQueryable<PhotometryPoint> points) => points.Select(p => new CurvePoint(
        p.Id, p.Mjd, p.Band, p.Instrument!.Name, p.Instrument.Telescope!.Nickname, p.Flux, p.FluxErr,
        p.LimitingMag, p.Magsys, p.Origin, p.Observer));
}
