using System.Buffers;
using System.Text.Json;
using Vigil.Photometry;
using Vigil.Sky.Photometry;

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
        return new(format is "mag" or "both", format is "flux" or "both",
            MagnitudeSystems.Name(query.OptionalText("magsys") ?? "ab"),
            query.Bool("includeOwnerInfo"), query.Bool("includeStreamInfo"));
    }
}

/// <summary>Photometry in SkyPortal's words, written row by row to the response as it comes from the database.</summary>
static class PhotometryJson
{
    /// <summary>Bytes that are collected before they are sent; what fails before that can still be told as an error.</summary>
    const int SendAt = 32 * 1024;

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
            var text = new ArrayBufferWriter<byte>(SendAt + 8 * 1024);
            await using var json = new Utf8JsonWriter(text, new JsonWriterOptions { Encoder = Reply.Json.Encoder });
            json.WriteStartObject();
            json.WriteString("status"u8, "success"u8);
            json.WritePropertyName("data"u8);
            if (list is null)
                Write(json, one, format, await audiences.OfAsync(one.Point.AudienceId, ct));
            else
            {
                json.WriteStartArray();
                await foreach (var point in list.WithCancellation(ct))
                {
                    Write(json, point, format, await audiences.OfAsync(point.Point.AudienceId, ct));
                    if (text.WrittenCount + json.BytesPending > SendAt)
                        await SendAsync();
                }
                json.WriteEndArray();
            }
            json.WriteString("version"u8, Reply.Version);
            json.WriteEndObject();
            await json.FlushAsync(ct);
            response.BodyWriter.Write(text.WrittenSpan); // Goes out together with the end of the response.

            async Task SendAsync()
            {
                await json.FlushAsync(ct);
                await response.BodyWriter.WriteAsync(text.WrittenMemory, ct);
                text.ResetWrittenCount();
            }
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
        // Ours; who is not named is left out, as SkyPortal knows no observer of a point.
        if (p.Observer is { } observer)
            json.WriteString("observer"u8, observer);
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
        var offset = MagnitudeSystems.OffsetOrNaN(format.Magsys, p.Band);
        if (format.Mag)
            WriteMagnitudes(json, p, format.Magsys, offset);
        if (format.Flux)
            WriteFluxes(json, p, format, offset);
        WriteReference(json, p, offset);
        json.WriteEndObject();
    }

    static void WriteMagnitudes(Utf8JsonWriter json, PhotometryPoint p, string magsys, double offset)
    {
        Number(json, "mag"u8, AbMagnitude.FromFlux(p.Flux ?? double.NaN) + offset);
        Number(json, "magerr"u8, AbMagnitude.ErrFromFlux(p.Flux ?? double.NaN, p.FluxErr));
        json.WriteString("magsys"u8, magsys);
        // Without a limit given: 5σ of the error.
        Number(json, "limiting_mag"u8, p.LimitingMag is not { } limit ? AbMagnitude.LimitingMag(p.FluxErr) + offset
            : p.Magsys == magsys ? limit
            : limit - MagnitudeSystems.OffsetOrNaN(p.Magsys, p.Band) + offset);
    }

    static void WriteFluxes(Utf8JsonWriter json, PhotometryPoint p, PhotometryFormat format, double offset)
    {
        Number(json, "flux"u8, p.Flux);
        if (!format.Mag)
            json.WriteString("magsys"u8, format.Magsys);
        Number(json, "zp"u8, AbMagnitude.ZeroPoint + offset);
        json.WriteNumber("fluxerr"u8, p.FluxErr);
    }

    /// <summary>What the reference image has at the place, and both together; SkyPortal tells it in every format.</summary>
    static void WriteReference(Utf8JsonWriter json, PhotometryPoint p, double offset)
    {
        if (p.RefFlux is not { } reference)
            return;
        var referenceError = p.RefFluxErr ?? double.NaN;
        var total = reference + (p.Flux ?? double.NaN);
        var totalError = Math.Sqrt(p.FluxErr * p.FluxErr + referenceError * referenceError);
        json.WriteNumber("ref_flux"u8, reference);
        Number(json, "ref_fluxerr"u8, referenceError);
        Number(json, "tot_flux"u8, total);
        Number(json, "tot_fluxerr"u8, totalError);
        Number(json, "magref"u8, AbMagnitude.FromFlux(reference) + offset);
        Number(json, "e_magref"u8, AbMagnitude.ErrFromFlux(reference, referenceError));
        Number(json, "magtot"u8, AbMagnitude.FromFlux(total) + offset);
        Number(json, "e_magtot"u8, AbMagnitude.ErrFromFlux(total, totalError));
    }

    static void Number(Utf8JsonWriter json, ReadOnlySpan<byte> name, double? value)
    {
        if (value is { } number && double.IsFinite(number))
            json.WriteNumber(name, number);
        else
            json.WriteNull(name);
    }
}
