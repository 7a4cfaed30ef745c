using Vigil.Access;
using Vigil.Sources;

namespace Vigil.Dialects.SkyPortal;

/// <summary>A source in SkyPortal's words: Obj.</summary>
static class SourceJson
{
    /// <summary>Sets what the body gives; leaves the rest, the names and the position alone.</summary>
    /// <param name="others">Fields of the body that are not columns of the object.</param>
    public static void Read(Body body, Source source, Viewer viewer, params string[] others)
    {
        var redshift = false;
        foreach (var name in body.Names)
        {
            switch (name)
            {
                case "ra_err": source.RaErr = body.OptionalNumber(name); break;
                case "dec_err": source.DecErr = body.OptionalNumber(name); break;
                case "ra_dis": source.RaDis = body.OptionalNumber(name); break;
                case "dec_dis": source.DecDis = body.OptionalNumber(name); break;
                case "offset": source.Offset = body.OptionalNumber(name); break;
                case "redshift" or "redshift_error" or "redshift_origin": redshift = true; break;
                case "host_id": source.HostId = body.OptionalInt(name); break;
                case "summary": source.SetSummary(body.OptionalText(name, 100_000), viewer.UserId); break;
                case "altdata": source.Altdata = body.JsonText(name); break;
                case "dist_nearest_source": source.DistNearestSource = body.OptionalNumber(name); break;
                case "mag_nearest_source": source.MagNearestSource = body.OptionalNumber(name); break;
                case "e_mag_nearest_source": source.EMagNearestSource = body.OptionalNumber(name); break;
                case "transient": source.Transient = body.Bool(name); break;
                case "varstar": source.Varstar = body.Bool(name); break;
                case "is_roid": source.IsRoid = body.Bool(name); break;
                case "mpc_name": source.MpcName = body.OptionalText(name); break;
                case "gcn_crossmatch": source.GcnCrossmatch = body.OptionalTexts(name)?.ToList(); break;
                case "tns_name": source.TnsName = body.OptionalText(name); break;
                case "tns_info": source.TnsInfo = body.JsonText(name); break;
                case "score": source.Score = body.OptionalNumber(name); break;
                case "origin": source.Origin = body.OptionalText(name); break;
                case "detect_photometry_count": source.DetectPhotometryCount = body.OptionalInt(name); break;
                // Known to clients since they read them; Vigil keeps them itself.
                case "healpix" or "internal_key" or "redshift_history" or "summary_history": break;
                case "id" or "ra" or "dec" or "alias": break;
                default:
                    if (!others.Contains(name))
                        throw new BadInput($"Invalid/missing parameters: {name}: Unknown field.", name);
                    break;
            }
        }
        if (redshift)
            source.SetRedshift(
                body.Has("redshift") ? body.OptionalNumber("redshift") : source.Redshift,
                body.Has("redshift_error") ? body.OptionalNumber("redshift_error") : source.RedshiftError,
                body.Has("redshift_origin") ? body.OptionalText("redshift_origin") : source.RedshiftOrigin,
                viewer.UserId);
    }

    /// <summary>The other names that the body gives.</summary>
    public static string[] Aliases(Body body)
    {
        var aliases = body.OptionalTexts("alias", 100) ?? [];
        return aliases.FirstOrDefault(a => a.Length is 0 or > SaveSource.LongestId || a.Contains('\0', StringComparison.Ordinal)) is null
            ? [.. aliases.Distinct()]
            : throw new BadInput($"alias must be a list of names of 1 to {SaveSource.LongestId} characters.", "alias");
    }
}
