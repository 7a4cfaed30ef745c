using System.IO.Pipelines;
using Vigil.Photometry;
using Vigil.Sky.Photometry;

namespace Vigil.Dialects.SkyPortal;

/// <summary>The body of an upload of photometry, in magnitudes or in fluxes, and its meaning in µJy and AB.</summary>
sealed class PhotometryInput
{
    readonly NumberColumn mjd = new("mjd"), mag = new("mag"), magErr = new("magerr"), limitingMag = new("limiting_mag"),
        nsigma = new("limiting_mag_nsigma"), magRef = new("magref"), magRefErr = new("e_magref"), flux = new("flux"),
        fluxErr = new("fluxerr"), zp = new("zp"), refFlux = new("ref_flux"), refFluxErr = new("ref_fluxerr"),
        refZp = new("ref_zp"),
        ra = new("ra"), dec = new("dec"), raUnc = new("ra_unc"), decUnc = new("dec_unc");
    readonly IntegerColumn instrumentId = new("instrument_id"), assignmentId = new("assignment_id"), alertId = new("alert_id"),
        groupIds = new("group_ids", word: "all"), streamIds = new("stream_ids");
    readonly TextColumn objId = new("obj_id"), filter = new("filter"), magsys = new("magsys"), origin = new("origin"),
        observer = new("observer");
    readonly AnyColumn altdata = new("altdata");

    /// <summary>Declares the body for the API reference.</summary>
    public static readonly string[] Declaration =
    [
        "obj_id* string Id of the source; this and all below are one value for all rows, or a list of one a row",
        "instrument_id* integer The instrument", "mjd* number[] Modified Julian Date, UTC",
        "filter* string[] Bandpass, such as ztfg", "magsys* string Magnitude system, such as ab or vega",
        "mag number[] Magnitude; null where nothing was detected", "magerr number[] Its 1σ error; null where mag is",
        "limiting_mag number[] Limiting magnitude; required with mag", "limiting_mag_nsigma number Its significance; default 3",
        "magref number[] Magnitude in the reference image", "e_magref number[] Its 1σ error",
        "flux number[] Flux, instead of mag; null where nothing was detected",
        "fluxerr number[] Its 1σ error; required with flux",
        "zp number Magnitude of a flux of 1: 23.9 for µJy, 16.4 for mJy; required with flux",
        "ref_flux number[] Flux in the reference image", "ref_fluxerr number[] Its 1σ error",
        "ref_zp number Its zero point; default 23.9",
        "ra number[] Right ascension, degrees", "dec number[] Declination, degrees", "ra_unc number[] Its error, arcsec",
        "dec_unc number[] Its error, arcsec", "origin string[] Where the values are from; default None",
        "observer string[] The person credited; not in SkyPortal",
        "altdata object Anything else: one object, or a list of one a row",
        "assignment_id integer The assignment that it answers",
        "group_ids integer[] Groups that may see it, or \"all\" for everybody; you always do",
        "stream_ids integer[] Streams whose holders may see it",
    ];

    JsonColumn[] ColumnsOfRows =>
    [
        objId, instrumentId, mjd, filter, magsys, origin, observer, altdata, assignmentId, ra, dec, raUnc, decUnc,
        .. InMagnitudes, .. InFluxes,
    ];

    JsonColumn[] InMagnitudes => [mag, magErr, limitingMag, nsigma, magRef, magRefErr];

    JsonColumn[] InFluxes => [flux, fluxErr, zp, refFlux, refFluxErr, refZp];

    /// <summary>Reads a body to its end.</summary>
    public static async Task<PhotometryInput> ReadAsync(PipeReader body, CancellationToken ct)
    {
        var input = new PhotometryInput();
        await new JsonColumns([.. input.ColumnsOfRows, input.groupIds, input.streamIds, input.alertId], PhotometryBatch.RowLimit)
            .ReadAsync(body, ct);
        return input;
    }

    /// <summary>The groups that are to see it; null where the body does not say.</summary>
    /// <param name="sitewideGroupId">The group of all users, which "all" stands for.</param>
    public int[]? GroupIds(int sitewideGroupId) =>
        !groupIds.HasValues ? null : groupIds.IsWord ? [sitewideGroupId] : Ids(groupIds);

    public int[]? StreamIds => streamIds.HasValues ? Ids(streamIds) : null;

    static int[] Ids(IntegerColumn column) =>
        [.. column.Values.Select(id => id ?? throw new BadInput($"{column.Name} must be a list of integers, got null in it.",
            column.Name))];

    /// <summary>Whether the body says where the values are from, and what else there is to know.</summary>
    public bool HasOrigin => origin.IsGiven;
    public bool HasAltdata => altdata.IsGiven;
    public bool HasObserver => observer.IsGiven;

    /// <summary>The rows in µJy and AB.</summary>
    /// <exception cref="BadInput">A field is missing, or longer than another, or has a value that cannot be.</exception>
    public PhotometryBatch ToBatch()
    {
        var inFluxes = InFluxes.Any(c => c.IsGiven);
        if (inFluxes && InMagnitudes.FirstOrDefault(c => c.IsGiven) is { } mixed)
            throw new BadInput("Invalid input format: give either mag, magerr and limiting_mag, or flux, fluxerr and zp; got "
                + $"{mixed.Name} and {InFluxes.First(c => c.IsGiven).Name}.", mixed.Name);
        JsonColumn[] required = [objId, instrumentId, mjd, filter, magsys, .. inFluxes ? new[] { fluxErr, zp } : [limitingMag]];
        if (required.Where(c => !c.IsGiven).ToList() is { Count: > 0 } missing)
            throw new BadInput($"Invalid input format: missing {string.Join(", ", missing.Select(c => c.Name))}."
                + (inFluxes || mag.IsGiven ? "" : " Give mag, magerr and limiting_mag, or flux, fluxerr and zp."),
                missing[0].Name);
        var count = Count();
        foreach (var column in required)
            for (var row = 0; row < column.Count; row++)
                if (column.IsNull(row))
                    throw new BadInput($"{column.Row(row)}{column.Name}: Field may not be null.", column.Name);

        var bands = Each(TextOf(filter, ""), name => MagnitudeSystems.Band(name).Name);
        var systems = Each(TextOf(magsys, ""), MagnitudeSystems.Name);
        var offsets = MagnitudeSystems.Offsets(systems, bands, count);
        var (values, errors) = inFluxes ? ScaledFluxes(flux, fluxErr, zp, offsets, count) : FluxesOfMagnitudes(offsets, count);
        var (refs, refErrors) = inFluxes ? ScaledFluxes(refFlux, refFluxErr, refZp, offsets, count)
            : FluxesOf(magRef, magRefErr, offsets, count);
        return new PhotometryBatch
        {
            Count = count,
            SourceId = TextOf(objId, ""),
            InstrumentId = instrumentId.IsList ? instrumentId.Values.Select(id => id!.Value)
                .ToArray() : instrumentId.Values[0]!.Value,
            Mjd = mjd.Column,
            Band = bands,
            Magsys = systems,
            Flux = values,
            FluxErr = errors,
            RefFlux = refs,
            RefFluxErr = refErrors,
            LimitingMag = NumberOf(limitingMag, double.NaN),
            LimitingMagNsigma = NumberOf(nsigma, inFluxes ? double.NaN : DefaultNsigma),
            Ra = NumberOf(ra, double.NaN),
            Dec = NumberOf(dec, double.NaN),
            RaUnc = NumberOf(raUnc, double.NaN),
            DecUnc = NumberOf(decUnc, double.NaN),
            Origin = TextOf(origin, "None"),
            Observer = observer.IsGiven ? observer.Column : null as string,
            Altdata = altdata.IsGiven ? altdata.Column : null as string,
            AssignmentId = assignmentId.IsGiven ? assignmentId.Column : null as int?,
        };
    }

    const double DefaultNsigma = 3;

    int Count()
    {
        var lists = ColumnsOfRows.Where(c => c.IsGiven && c.IsList).ToList();
        if (lists.Count == 0)
            return 1;
        if (lists.FirstOrDefault(c => c.Count == 0) is { } empty)
            throw new BadInput($"{empty.Name} is an empty list.", empty.Name);
        return lists.FirstOrDefault(c => c.Count != lists[0].Count) is { } other
            ? throw new BadInput($"All arrays must be of the same length: {lists[0].Name} has {lists[0].Count} values, "
                + $"{other.Name} has {other.Count}.", other.Name)
            : lists[0].Count;
    }

    /// <summary>Fluxes over a zero point, in µJy and AB.</summary>
    static (Column<double> Flux, Column<double> Error) ScaledFluxes(
        NumberColumn flux, NumberColumn error, NumberColumn zp, Column<double> offsets, int count)
    {
        if (!flux.HasValues && !error.HasValues)
            return (double.NaN, double.NaN);
        var (given, errors, zps) = (NumberOf(flux, double.NaN), NumberOf(error, double.NaN), NumberOf(zp, AbMagnitude.ZeroPoint));
        var (scaled, scaledErrors) = (new double[count], new double[count]);
        for (var row = 0; row < count; row++)
        {
            if (errors[row] <= 0)
                throw new BadInput($"{error.Row(row)}Invalid value: {error.Name} must be above zero, got {errors[row]:R}.",
                    error.Name);
            var unit = Math.Pow(10, 0.4 * (zps[row] - offsets[row] - AbMagnitude.ZeroPoint));
            (scaled[row], scaledErrors[row]) = (given[row] / unit, errors[row] / unit);
        }
        return (scaled, scaledErrors);
    }

    /// <summary>Magnitudes in µJy; where nothing was detected, the error is what the limit says.</summary>
    (Column<double> Flux, Column<double> Error) FluxesOfMagnitudes(Column<double> offsets, int count)
    {
        var (flux, error) = FluxesOf(mag, magErr, offsets, count);
        var (limits, sigmas) = (NumberOf(limitingMag, double.NaN), NumberOf(nsigma, DefaultNsigma));
        var errors = error.ToArray(count);
        for (var row = 0; row < count; row++)
        {
            if (!double.IsNaN(flux[row]))
                continue;
            var sigma = double.IsNaN(sigmas[row]) ? DefaultNsigma : sigmas[row];
            if (sigma <= 0)
                throw new BadInput($"{nsigma.Row(row)}limiting_mag_nsigma must be above zero, got {sigma:R}.", nsigma.Name);
            errors[row] = AbMagnitude.FluxErrOfLimit(limits[row] - offsets[row], sigma);
        }
        return (flux, errors);
    }

    static (Column<double> Flux, Column<double> Error) FluxesOf(
        NumberColumn mag, NumberColumn magErr, Column<double> offsets, int count)
    {
        if (!mag.HasValues && !magErr.HasValues)
            return (double.NaN, double.NaN);
        var (mags, magErrors) = (NumberOf(mag, double.NaN), NumberOf(magErr, double.NaN));
        var (fluxes, errors) = (new double[count], new double[count]);
        for (var row = 0; row < count; row++)
        {
            if (double.IsNaN(mags[row]) != double.IsNaN(magErrors[row]))
                throw new BadInput($"{(mag.IsList ? mag : magErr).Row(row)}{mag.Name} and {magErr.Name} must both be null, "
                    + "or both be not null.", mag.Name);
            if (magErrors[row] <= 0)
                throw new BadInput($"{magErr.Row(row)}Invalid value: {magErr.Name} must be above zero, got {magErrors[row]:R}.",
                    magErr.Name);
            fluxes[row] = AbMagnitude.ToFlux(mags[row] - offsets[row]);
            errors[row] = AbMagnitude.ToFluxErr(mags[row] - offsets[row], magErrors[row]);
        }
        return (fluxes, errors);
    }

    static Column<double> NumberOf(NumberColumn column, double otherwise) => column.HasValues ? column.Column : otherwise;

    /// <summary>Texts, with another where there is none.</summary>
    static Column<string> TextOf(TextColumn column, string otherwise) => !column.HasValues ? otherwise
        : column.IsList ? column.Values.Select(text => text ?? otherwise).ToArray() : column.Values[0]!;

    static Column<string> Each(Column<string> column, Func<string, string> change) =>
        column.IsOne ? change(column[0]) : column.ToArray(0).Select(change).ToArray();
}
