using System.Globalization;

namespace Vigil.Photometry;

/// <summary>
/// Measurements as they go into the store, column by column. Fluxes are in µJy (AB zero point 23.9); a column is either one
/// value for all rows or one value for each.
/// </summary>
sealed class PhotometryBatch
{
    /// <summary>Most rows that one call may bring.</summary>
    public const int RowLimit = 100_000;

    /// <summary>Number of rows; every column that is a list has as many.</summary>
    public required int Count { get; init; }

    /// <summary>The id (name) of the source.</summary>
    public required Column<string> SourceId { get; init; }
    public required Column<int> InstrumentId { get; init; }
    /// <summary>Modified Julian Date, UTC.</summary>
    public required Column<double> Mjd { get; init; }
    /// <summary>Bandpass name, such as ztfg.</summary>
    public required Column<string> Band { get; init; }
    /// <summary>µJy; NaN where nothing was detected.</summary>
    public required Column<double> Flux { get; init; }
    /// <summary>µJy, 1σ, above zero.</summary>
    public required Column<double> FluxErr { get; init; }
    /// <summary>The magnitude system in which the values were given.</summary>
    public Column<string> Magsys { get; init; } = "ab";
    /// <summary>As given, in <see cref="Magsys"/>; NaN where none was.</summary>
    public Column<double> LimitingMag { get; init; } = double.NaN;
    /// <summary>The significance of <see cref="LimitingMag"/>; NaN where there is none.</summary>
    public Column<double> LimitingMagNsigma { get; init; } = double.NaN;
    /// <summary>µJy of the reference image; NaN where the measurement is of the whole brightness.</summary>
    public Column<double> RefFlux { get; init; } = double.NaN;
    public Column<double> RefFluxErr { get; init; } = double.NaN;
    /// <summary>Degrees, ICRS; NaN where not measured.</summary>
    public Column<double> Ra { get; init; } = double.NaN;
    public Column<double> Dec { get; init; } = double.NaN;
    /// <summary>arcsec; NaN where not known.</summary>
    public Column<double> RaUnc { get; init; } = double.NaN;
    public Column<double> DecUnc { get; init; } = double.NaN;
    /// <summary>Where the values are from; the same measurement from two origins is two points.</summary>
    public Column<string> Origin { get; init; } = "None";
    /// <summary>The person credited, or null.</summary>
    public Column<string?> Observer { get; init; } = null as string;
    /// <summary>JSON text, or null.</summary>
    public Column<string?> Altdata { get; init; } = null as string;
    public Column<int?> AssignmentId { get; init; } = null as int?;

    /// <summary>Points as they are in the store, for another source.</summary>
    public static PhotometryBatch Of(IReadOnlyList<PhotometryPoint> points, string sourceId)
    {
        return new PhotometryBatch
        {
            Count = points.Count,
            SourceId = sourceId,
            InstrumentId = Each(p => p.InstrumentId),
            Mjd = Each(p => p.Mjd),
            Band = Each(p => p.Band),
            Flux = Number(p => p.Flux),
            FluxErr = Each(p => p.FluxErr),
            Magsys = Each(p => p.Magsys),
            LimitingMag = Number(p => p.LimitingMag),
            LimitingMagNsigma = Number(p => p.LimitingMagNsigma),
            RefFlux = Number(p => p.RefFlux),
            RefFluxErr = Number(p => p.RefFluxErr),
            Ra = Number(p => p.Ra),
            Dec = Number(p => p.Dec),
            RaUnc = Number(p => p.RaUnc),
            DecUnc = Number(p => p.DecUnc),
            Origin = Each(p => p.Origin),
            Observer = Each(p => p.Observer),
            Altdata = Each(p => p.Altdata),
            AssignmentId = Each(p => p.AssignmentId),
        };

        Column<T> Each<T>(Func<PhotometryPoint, T> value) => points.Select(value).ToArray();

        Column<double> Number(Func<PhotometryPoint, double?> value) => Each(p => value(p) ?? double.NaN);
    }

    /// <summary>MJD of the years 1600 and 2200: nobody measured brightness outside them.</summary>
    const double EarliestMjd = -94_553, LatestMjd = 124_593;

    /// <summary>"Row 3: " for an error in a column that is a list; rows count from 1.</summary>
    public string Row<T>(int row, Column<T> column) => column.IsOne || Count == 1 ? "" : $"Row {row + 1}: ";

    /// <summary>Refuses values that cannot be.</summary>
    /// <exception cref="BadInput">Names the first row that is wrong, the value and the remedy.</exception>
    public void Check()
    {
        if (Count > RowLimit)
            throw new BadInput($"{Count} rows are too many for one call: at most {RowLimit}.");
        Refuse("mjd", Mjd, mjd => mjd is >= EarliestMjd and <= LatestMjd ? null
            : mjd is >= EarliestMjd + 2_400_000.5 and <= LatestMjd + 2_400_000.5 ? "looks like a JD. Subtract 2400000.5."
            : "is not a Modified Julian Date of the years 1600 to 2200.");
        Refuse("flux", Flux, flux => double.IsInfinity(flux) ? "µJy is too bright to be true." : null);
        Refuse("fluxerr", FluxErr, error => error > 0 && double.IsFinite(error) ? null : "µJy must be above zero.");
        Refuse("ra", Ra, ra => ra is (>= 0 and < 360) or double.NaN ? null : "must be in [0, 360) degrees.");
        Refuse("dec", Dec, dec => dec is (>= -90 and <= 90) or double.NaN ? null : "must be in [-90, 90] degrees.");
    }

    void Refuse(string name, Column<double> column, Func<double, string?> wrong)
    {
        var given = column.Given;
        for (var row = 0; row < given.Length; row++)
            if (wrong(given[row]) is { } why)
                throw new BadInput(string.Create(CultureInfo.InvariantCulture, $"{Row(row, column)}{name} = {given[row]} {why}"),
                    name);
    }
}

/// <summary>One value for all rows, or one for each.</summary>
readonly struct Column<T>
{
    readonly T one;
    readonly T[]? each;

    public Column(T one) => this.one = one;

    public Column(T[] each) => (this.each, one) = (each, default!);

    public T this[int row] => each is null ? one : each[row];

    /// <summary>Whether all rows share one value.</summary>
    public bool IsOne => each is null;

    /// <summary>The number of rows of a list; null for one value.</summary>
    public int? Length => each?.Length;

    /// <summary>The values that occur: one, or as many as there are rows.</summary>
    public ReadOnlySpan<T> Given => each ?? new[] { one };

    /// <summary>The different values that occur.</summary>
    public T[] Distinct() => each is null ? [one] : [.. each.Distinct()];

    /// <summary>A value for each of so many rows.</summary>
    public T[] ToArray(int count)
    {
        if (each is not null)
            return each;
        var filled = new T[count];
        Array.Fill(filled, one);
        return filled;
    }

    public static implicit operator Column<T>(T one) => new(one);
    public static implicit operator Column<T>(T[] each) => new(each);
}
