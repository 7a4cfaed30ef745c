using System.Text.Json;
using Vigil.Photometry;

namespace Vigil.Dialects.SkyPortal;

/// <summary>How photometry is to be written.</summary>
/// <param name="Mag">With magnitudes.</param>
/// <param name="Flux">With fluxes.</param>
/// <param name="Magsys">The magnitude system asked for.</param>
/// <param name="Owner">With the owner.</param>
/// <param name="Streams">With the streams whose holders may see it.</param>
sealed record PhotometryFormat(bool Mag, bool Flux, string Magsys, bool Owner = false, bool Streams = false)
{
    /// <summary>Fluxes in µJy, as they stand in an object.</summary>
    public static readonly PhotometryFormat AbFlux = new(Mag: false, Flux: true, "ab");

    public static PhotometryFormat From(Query query)
    {
        var format = query.OptionalText("format") ?? "mag";
        if (format is not ("mag" or "flux" or "both"))
            throw new BadInput($"Invalid output format specified. Must be one of flux, mag, both, got '{format}'.", "format");
        return new(format is "mag" or "both", format is "flux" or "both", (query.OptionalText("magsys") ?? "ab").ToLowerInvariant(),
            query.Bool("includeOwnerInfo"), query.Bool("includeStreamInfo"));
    }
}

/// <summary>Photometry in SkyPortal's words, written row by row to the response as it comes from the database.</summary>
static class PhotometryJson
{
    /// <summary>Bytes that are collected before they are sent.</summary>
    const int FlushAt = 64 * 1024;

    /// <summary>An answer with a list of points.</summary>
    public static IResult List(IAsyncEnumerable<NamedPoint> points, PhotometryFormat format, AudienceJson audiences) =>
        new Answer(points, format, audiences);

    /// <summary>An answer with one point.</summary>
    public static IResult One(NamedPoint point, PhotometryFormat format, AudienceJson audiences) =>
        new Answer(point, format, audiences);

    sealed class Answer : IResult
    {
        readonly IAsyncEnumerable<NamedPoint>? list;
        readonly NamedPoint one;
        readonly PhotometryFormat format;
        readonly AudienceJson audiences;

        public Answer(IAsyncEnumerable<NamedPoint> list, PhotometryFormat format, AudienceJson audiences) =>
            (this.list, this.format, this.audiences) = (list, format, audiences);

        public Answer(NamedPoint one, PhotometryFormat format, AudienceJson audiences) =>
            (this.one, this.format, this.audiences) = (one, format, audiences);

        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var ct = httpContext.RequestAborted;
            var response = httpContext.Response;
            response.ContentType = "application/json";
            await using var json = new Utf8JsonWriter(response.BodyWriter, new JsonWriterOptions { Encoder = Reply.Json.Encoder });
            json.WriteStartObject();
            json.WriteString("status", "success");
            json.WritePropertyName("data");
            if (list is null)
                Write(json, one, format, await audiences.OfAsync(one.Point.AudienceId, ct));
            else
            {
                json.WriteStartArray();
                await foreach (var point in list.WithCancellation(ct))
                {
                    Write(json, point, format, await audiences.OfAsync(point.Point.AudienceId, ct));
                    if (json.BytesPending + json.BytesCommitted > FlushAt && json.BytesPending > FlushAt)
                    {
                        await json.FlushAsync(ct);
                        await response.BodyWriter.FlushAsync(ct);
                    }
                }
                json.WriteEndArray();
            }
            json.WriteString("version", Reply.Version);
            json.WriteEndObject();
            await json.FlushAsync(ct);
            await response.BodyWriter.FlushAsync(ct);
        }
    }

    /// <summary>Writes one point.</summary>
    public static void Write(Utf8JsonWriter json, NamedPoint named, PhotometryFormat format, AudienceText audience)
    {
        var p = named.Point;
        json.WriteStartObject();
        json.WriteString("obj_id"u8, named.SourceId);
        Number(json, "ra"u8, p.Ra);
        Number(json, "dec"u8, p.Dec);
        json.WriteString("filter"u8, p.Band);
        json.WriteNumber("mjd"u8, p.Mjd);
        Number(json, "snr"u8, p.Flux / p.FluxErr);
        json.WriteNumber("instrument_id"u8, p.InstrumentId);
        json.WriteString("instrument_name"u8, named.InstrumentName);
        Number(json, "ra_unc"u8, p.RaUnc);
        Number(json, "dec_unc"u8, p.DecUnc);
        json.WriteString("origin"u8, p.Origin);
        json.WriteNumber("id"u8, p.Id);
        json.WritePropertyName("altdata"u8);
        if (p.Altdata is null)
            json.WriteNullValue();
        else
            json.WriteRawValue(p.Altdata, skipInputValidation: true);
        json.WriteString("created_at"u8, Reply.Date(p.CreatedAt));
        if (format.Owner)
        {
            json.WritePropertyName("owner"u8);
            if (p.OwnerId is { } owner)
                json.WriteNumberValue(owner);
            else
                json.WriteNullValue();
        }
        json.WritePropertyName("groups"u8);
        json.WriteRawValue(audience.Groups, skipInputValidation: true);
        if (format.Streams)
        {
            json.WritePropertyName("streams"u8);
            json.WriteRawValue(audience.Streams, skipInputValidation: true);
        }
        json.WriteStartArray("annotations"u8);
        json.WriteEndArray();
        var offset = MagnitudeSystems.Offset(format.Magsys, p.Band);
        if (format.Mag)
            WriteMagnitudes(json, p, format.Magsys, offset);
        if (format.Flux)
            WriteFluxes(json, p, format, offset);
        WriteReference(json, p, format, offset);
        json.WriteEndObject();
    }

    static void WriteMagnitudes(Utf8JsonWriter json, PhotometryPoint p, string magsys, double offset)
    {
        Number(json, "mag"u8, Magnitude.FromFlux(p.Flux ?? double.NaN) + offset);
        Number(json, "magerr"u8, Magnitude.Error(p.Flux ?? double.NaN, p.FluxErr));
        json.WriteString("magsys"u8, magsys);
        // Without a limit given: 5σ of the error.
        Number(json, "limiting_mag"u8, p.LimitingMag is not { } limit ? Magnitude.FromFlux(5 * p.FluxErr) + offset
            : p.Magsys == magsys ? limit
            : limit - MagnitudeSystems.Offset(p.Magsys, p.Band) + offset);
    }

    static void WriteFluxes(Utf8JsonWriter json, PhotometryPoint p, PhotometryFormat format, double offset)
    {
        Number(json, "flux"u8, p.Flux);
        if (!format.Mag)
            json.WriteString("magsys"u8, format.Magsys);
        json.WriteNumber("zp"u8, Magnitude.ZeroPoint + offset);
        json.WriteNumber("fluxerr"u8, p.FluxErr);
    }

    /// <summary>What the reference image has at the place, and both together.</summary>
    static void WriteReference(Utf8JsonWriter json, PhotometryPoint p, PhotometryFormat format, double offset)
    {
        if (p.RefFlux is not { } reference)
            return;
        var referenceError = p.RefFluxErr ?? double.NaN;
        var total = reference + (p.Flux ?? double.NaN);
        var totalError = Math.Sqrt(p.FluxErr * p.FluxErr + referenceError * referenceError);
        if (format.Flux)
        {
            json.WriteNumber("ref_flux"u8, reference);
            Number(json, "ref_fluxerr"u8, referenceError);
            Number(json, "tot_flux"u8, total);
            Number(json, "tot_fluxerr"u8, totalError);
        }
        if (format.Mag)
        {
            Number(json, "magref"u8, Magnitude.FromFlux(reference) + offset);
            Number(json, "e_magref"u8, Magnitude.Error(reference, referenceError));
            Number(json, "magtot"u8, Magnitude.FromFlux(total) + offset);
            Number(json, "e_magtot"u8, Magnitude.Error(total, totalError));
        }
    }

    static void Number(Utf8JsonWriter json, ReadOnlySpan<byte> name, double? value)
    {
        if (value is { } number && double.IsFinite(number))
            json.WriteNumber(name, number);
        else
            json.WriteNull(name);
    }
}
