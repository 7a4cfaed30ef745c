using System.Runtime.CompilerServices;
using Npgsql;
using Vigil.Access;
using Vigil.Data;
using Vigil.Sky.Photometry;

namespace Vigil.Photometry;

/// <summary>A point of a light curve as observers draw it and take it away.</summary>
/// <param name="Mjd">UTC.</param>
/// <param name="Flux">µJy; null where nothing was detected.</param>
/// <param name="FluxErr">µJy, 1σ.</param>
/// <param name="LimitingMag">As given, in <paramref name="Magsys"/>.</param>
/// <param name="Instrument">Its name.</param>
/// <param name="FilterAsGiven">How its uploader wrote the band, where he wrote it in another spelling; or null.</param>
/// <param name="Observer">The person credited: who is named with the point, or else its uploader.</param>
sealed record LightCurvePoint(
    int SourceKey, double Mjd, string Band, double? Flux, double FluxErr, double? LimitingMag, string Magsys,
    string Instrument, string Observer, string? FilterAsGiven)
{
    /// <summary>µJy in one mJy.</summary>
    public const double MilliJansky = 1000;

    public bool IsRadio => Bands.Find(Band)?.IsRadio == true;

    /// <summary>
    /// Magnitude in the usual system of the band, and its 1σ error. Where the flux has no magnitude: the limit, with the error
    /// -1.
    /// </summary>
    public (double Value, double Error) Mag => Flux is > 0 and var flux
        ? (AbMagnitude.FromFlux(flux) + UsualSystem.Offset(Band), AbMagnitude.ErrFromFlux(flux, FluxErr))
        : (Limit(UsualSystem.Of(Band)), -1);

    /// <summary>Flux in mJy and its 1σ error. Where nothing was detected: the limit, with the error -1.</summary>
    public (double Value, double Error) Radio => Flux is { } flux
        ? (flux / MilliJansky, FluxErr / MilliJansky)
        : (AbMagnitude.ToFlux(Limit("ab")) / MilliJansky, -1);

    // Without a limit given: 5σ.
    double Limit(string system) => LimitingMag is not { } limit
            ? AbMagnitude.LimitingMag(FluxErr) + MagnitudeSystems.OffsetOrNaN(system, Band)
        : Magsys == system ? limit
        : limit - MagnitudeSystems.OffsetOrNaN(Magsys, Band) + MagnitudeSystems.OffsetOrNaN(system, Band);
}

/// <summary>Reads light curves.</summary>
sealed class LightCurve(NpgsqlDataSource database, Viewer viewer)
{
    /// <summary>The points of some sources that the viewer sees, in order of time. One statement.</summary>
    public async IAsyncEnumerable<LightCurvePoint> ReadAsync(int[] sourceKeys, [EnumeratorCancellation] CancellationToken ct)
    {
        var sql = new SqlText();
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(sql.Command($"""
            SELECT p.source_key, p.mjd, p.band, p.flux, p.flux_err, p.limiting_mag, p.magsys, i.name,
                coalesce(p.observer, nullif(concat_ws(' ', u.first_name, u.last_name), ''), u.username, ''),
                p.altdata ->> 'filter'
            FROM photometry p JOIN instruments i ON i.id = p.instrument_id LEFT JOIN users u ON u.id = p.owner_id
            WHERE p.source_key = ANY ({sql.Value(sourceKeys)}) AND p.active AND {viewer.VisibleSql("p", sql)}
            ORDER BY p.mjd, p.id
            """));
        await using var row = await batch.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
            yield return new LightCurvePoint(row.GetInt32(0), row.GetDouble(1), row.GetString(2), row.Number(3), row.GetDouble(4),
                row.Number(5), row.GetString(6), row.GetString(7), row.GetString(8), row.Text(9));
    }
}
