using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Vigil.Data;
using Vigil.Spectra;

namespace Vigil.Web;

/// <summary>A spectrum as the list of a source page shows it.</summary>
sealed record SpectrumRow(
    int Id, DateTimeOffset ObservedAt, string Telescope, string Instrument, string? Label, string Type, double From,
    double To, int Points);

/// <summary>The spectra of a source page as data: what their plot draws, and tables to take away.</summary>
static class SpectrumData
{
    /// <summary>Most spectra of one plot; the newest.</summary>
    const int MostDrawn = 30;
    /// <summary>Most points of a drawn spectrum: no screen shows more.</summary>
    const int MostPointsDrawn = 3000;

    /// <summary>All spectra of a source that the viewer sees, without their arrays, newest first.</summary>
    public static Task<List<SpectrumRow>> ListAsync(VigilDb db, int sourceKey, CancellationToken ct) =>
        db.Spectra.Where(s => s.SourceKey == sourceKey).OrderByDescending(s => s.ObservedAt).ThenByDescending(s => s.Id)
            .Select(s => new SpectrumRow(s.Id, s.ObservedAt, s.Instrument!.Telescope!.Nickname,
                s.Instrument.Name, s.Label, s.Type,
                s.Wavelengths[0], s.Wavelengths[s.Wavelengths.Length - 1], s.Wavelengths.Length))
            .ToListAsync(ct);

    /// <summary>
    /// GET /source/{id}/spectra.json: the newest 30, oldest first, thinned to what a plot shows. Fluxes are per wavelength and
    /// divided by their median, so that spectra of any units share one plot.
    /// </summary>
    public static async Task<IResult> JsonAsync(string id, VigilDb db, LightCurveStore store, CancellationToken ct)
    {
        if (await store.KeyAsync(id, ct) is not { } key)
            return Results.NotFound();
        var newest = await db.Spectra.AsNoTracking().Include(s => s.Instrument).Where(s => s.SourceKey == key)
            .OrderByDescending(s => s.ObservedAt).ThenByDescending(s => s.Id).Take(MostDrawn).ToListAsync(ct);
        newest.Reverse();
        return Results.Json(new
        {
            source = id,
            spectra = newest.Select(s =>
            {
                var (wavelengths, fluxes) = Drawn(s);
                return new { s.Id, s.ObservedAt, instrument = s.Instrument!.Name, s.Label, s.Type, wavelengths, fluxes };
            }),
        }, JsonSerializerOptions.Web);
    }

    /// <summary>GET /source/{id}/spectrum/{spectrumId}.csv: all of one spectrum, as it was given.</summary>
    public static async Task<IResult> CsvAsync(string id, int spectrumId, VigilDb db, CancellationToken ct)
    {
        var spectrum = await db.Spectra.AsNoTracking().FirstOrDefaultAsync(s => s.Id == spectrumId && s.Source!.Id == id, ct);
        if (spectrum is null)
            return Results.NotFound();
        var unit = spectrum.Units switch { "Jy" => "_jy", "AB" => "_ab_mag", "erg/s/cm/cm/AA" => "_erg_s_cm2_angstrom", _ => "" };
        var text = new StringBuilder($"wavelength_angstrom,flux{unit},flux_err{unit}\n");
        for (var i = 0; i < spectrum.Wavelengths.Length; i++)
            text.Append(CultureInfo.InvariantCulture, $"{spectrum.Wavelengths[i]},{spectrum.Fluxes[i]},{spectrum.Errors?[i]}\n");
        return Results.File(Encoding.UTF8.GetBytes(text.ToString()), "text/csv; charset=utf-8",
            $"{LightCurveData.FileName(id)}_{spectrum.ObservedAt.UtcDateTime:yyyyMMdd}_{spectrum.Id}.csv");
    }

    /// <summary>Wavelengths in Å and flux per wavelength over its median, neighbours averaged where there are too many.</summary>
    internal static (double[] Wavelengths, double[] Fluxes) Drawn(Spectrum spectrum)
    {
        var wavelengths = spectrum.Wavelengths;
        // f_λ = f_ν c / λ², and the factor cancels in the division; an AB magnitude is -2.5 log f_ν.
        var perWavelength = spectrum.Fluxes.Select((flux, i) => spectrum.Units switch
        {
            "Jy" => flux / (wavelengths[i] * wavelengths[i]),
            "AB" => Math.Pow(10, -flux / 2.5) / (wavelengths[i] * wavelengths[i]),
            _ => flux,
        }).ToArray();
        double[] sorted = [.. perWavelength.Select(Math.Abs).Order()];
        var median = (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        var scale = median > 0 ? 1 / median : 1;
        var bin = (wavelengths.Length + MostPointsDrawn - 1) / MostPointsDrawn;
        return ([.. wavelengths.Chunk(bin).Select(w => w.Average())],
            [.. perWavelength.Chunk(bin).Select(f => f.Average() * scale)]);
    }
}
