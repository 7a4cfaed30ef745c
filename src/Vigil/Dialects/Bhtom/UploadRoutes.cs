using Microsoft.EntityFrameworkCore;
using Vigil.Access;
using Vigil.Data;
using Vigil.Photometry;
using Vigil.Sources;

namespace Vigil.Dialects.Bhtom;

/// <summary>
/// /upload/: calibrated photometry as a text file. Frames, instrumental catalogues and spectra are not taken yet.
/// </summary>
static class UploadRoutes
{
    const int MostBytes = 20_000_000, LongestObservers = 100;

    public static void MapUploads(this RouteGroupBuilder api)
    {
        foreach (var path in new[] { "/upload", "/dataproducts/upload" })
            api.MapPost(path, Upload).Needs(Acl.UploadData)
                .WithSummary("Stores a file of calibrated photometry: columns time (MJD), filter, magnitude, error "
                    + "(-1: a limit), observer.")
                .Reads("target* string Name of the target.", "data_product_type* string photometry_csv.",
                    "observatory* string Name of the instrument.",
                    "observers string Who is credited where the file names nobody.",
                    "dry_run boolean Check the file and store nothing.", "files* file One file, whatever the name of its part.");
    }

    static async Task<IResult> Upload(Body body, Viewer viewer, TargetStore targets, VigilDb db, StorePhotometry store,
        UploadStore uploads, CancellationToken ct)
    {
        var name = Required(body, "target");
        if (Required(body, "data_product_type") is var type && type != "photometry_csv")
            throw new BadInput($"data_product_type must be photometry_csv, got '{Fields.Shown(type)}'. Frames, catalogues and "
                + $"spectra are not taken yet.",
                "data_product_type");
        if (await targets.FindAsync(name, ct) is not { Id: { } target })
            // Old clients look under the one key, newer ones under the other.
            return Reply.Json(new
            {
                non_field_errors = new[] { $"Target '{name}' does not exist." },
                target = new[] { $"Target '{name}' does not exist in the bhtom system." },
            }, 400);
        var observatory = Required(body, "observatory");
        var instrument = await db.Instruments.Where(i => i.Name == observatory).Select(i => (int?)i.Id).FirstOrDefaultAsync(ct)
            ?? throw new BadInput(
            $"Observatory with camera doesn't exist on your list: no instrument '{observatory}'.", "observatory");
        if (body.Files is not [var file])
            throw new BadInput($"Give one file, got {body.Files.Count}.", "files");
        if (file.Length > MostBytes)
            throw new BadInput($"{file.FileName} has {file.Length} bytes; at most {MostBytes}.", "files");
        var observers = body.OptionalTexts("observers") ?? body.OptionalTexts("observer") ?? [];
        var observer = observers.Length == 0 ? null : string.Join(", ", observers);
        if (observer?.Length > LongestObservers)
            throw new BadInput($"The observers have {observer.Length} characters; at most {LongestObservers}.", "observers");

        using var reader = new StreamReader(file.OpenReadStream());
        var batch = PhotometryCsv.Read(await reader.ReadToEndAsync(ct), target, instrument, observer);
        if (body.OptionalBool("dry_run") == true)
        {
            batch.Check();
            return Reply.Json(new
            {
                message = $"{batch.Count} measurements were read and not "
                + $"stored.", files = Array.Empty<object>()
            }, 201);
        }
        var stored = await store.RunAsync(batch, [viewer.SitewideGroupId], [], KnownPoints.Keep, ct);
        var receipt = await uploads.FindAsync(stored.UploadId, ct);
        return Reply.Json(new
        {
            message = $"{batch.Count - stored.Known} measurements were stored, {stored.Known} were known.",
            files = new[] { new { id = receipt!.Number, name = file.FileName, status = "S" } },
        }, 201);
    }

    static string Required(Body body, string name) =>
        body.OptionalText(name) is { Length: > 0 } text ? text : throw new BadInput("This field is required.", name);
}
