using System.Text.Json;
using Vigil.Access;
using Vigil.Photometry;
using Vigil.Sky;
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
        return aliases.FirstOrDefault(a => a.Length is 0 or > SaveSource.LongestId
            || a.Contains('\0', StringComparison.Ordinal)) is null
            ? [.. aliases.Distinct()]
            : throw new BadInput($"alias must be a list of names of 1 to {SaveSource.LongestId} characters.", "alias");
    }

    /// <summary>Writes a source of a list.</summary>
    public static void WriteListed(Utf8JsonWriter json, SourceSeen seen, SourceWants wants, SourceExtras extras)
    {
        json.WriteStartObject();
        Write(json, seen.Source);
        WriteFound(json, seen, wants);
        extras.Write(json, seen.Source.Key);
        if (wants.Nested)
            WriteGroups(json, seen.Source);
        json.WriteEndObject();
    }

    /// <summary>Writes one source with all that hangs off it.</summary>
    public static void WriteOne(
        Utf8JsonWriter json, SourceSeen seen, SourceWants wants, SourceExtras extras,
        IEnumerable<(NamedPoint Point, AudienceText Audience)>? photometry)
    {
        json.WriteStartObject();
        Write(json, seen.Source);
        json.WriteStartArray("followup_requests"u8);
        json.WriteEndArray();
        json.WriteStartArray("assignments"u8);
        json.WriteEndArray();
        json.WriteNull("galaxies"u8);
        json.WriteTexts("duplicates"u8, seen.Duplicates.Count == 0 ? null : seen.Duplicates);
        WriteFound(json, seen, wants);
        extras.Write(json, seen.Source.Key);
        json.WriteNull("ebv"u8);
        if (photometry is not null)
            WritePhotometry(json, photometry);
        WriteGroups(json, seen.Source);
        json.WriteEndObject();
    }

    /// <summary>Writes the light curve of a source, as fluxes.</summary>
    public static void WritePhotometry(Utf8JsonWriter json, IEnumerable<(NamedPoint Point, AudienceText Audience)> photometry)
    {
        json.WriteStartArray("photometry"u8);
        foreach (var (point, audience) in photometry)
            PhotometryJson.Write(json, point, PhotometryFormat.AbFlux, audience);
        json.WriteEndArray();
    }

    /// <summary>Writes what a list, a single source and a candidate have in common beside the object itself.</summary>
    public static void WriteFound(Utf8JsonWriter json, SourceSeen seen, SourceWants wants)
    {
        var (galacticLongitude, galacticLatitude) = Galactic.FromIcrs(seen.Source.Ra, seen.Source.Dec);
        json.WriteNumber("gal_lon"u8, galacticLongitude);
        json.WriteNumber("gal_lat"u8, galacticLatitude);
        var distance = SourceDistance.Of(seen.Source);
        json.WriteNumber("luminosity_distance"u8, distance?.LuminosityMpc);
        json.WriteNumber("dm"u8, distance?.Modulus);
        json.WriteNumber("angular_diameter_distance"u8, distance?.AngularDiameterMpc);
        if (wants.Nested)
        {
            WriteNone(json, "classifications"u8);
            WriteNone(json, "annotations"u8);
        }
        if (wants.Parts.HasFlag(SourceParts.PhotometryExists))
            json.WriteBoolean("photometry_exists"u8, seen.PhotometryExists);
        if (wants.Parts.HasFlag(SourceParts.SpectrumExists))
            json.WriteBoolean("spectrum_exists"u8, seen.SpectrumExists);
        if (wants.Parts.HasFlag(SourceParts.CommentExists))
            json.WriteBoolean("comment_exists"u8, seen.CommentExists);
        // A period is known from annotations, of which there are none yet.
        if (wants.PeriodExists)
            json.WriteBoolean("period_exists"u8, false);
        if (wants.Thumbnails)
            WriteNone(json, "thumbnails"u8);
        if (wants.ColorMagnitude)
            WriteNone(json, "color_magnitude"u8);
        if (wants.Parts.HasFlag(SourceParts.Labellers))
        {
            json.WriteStartArray("labellers"u8);
            foreach (var user in seen.Labellers)
            {
                json.WriteStartObject();
                WriteUser(json, user);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
    }

    static void WriteNone(Utf8JsonWriter json, ReadOnlySpan<byte> name)
    {
        json.WriteStartArray(name);
        json.WriteEndArray();
    }

    /// <summary>Writes the positions as a GeoJSON collection.</summary>
    public static void WriteGeoJson(Utf8JsonWriter json, IEnumerable<SourceSeen> sources)
    {
        json.WriteStartObject("geojson"u8);
        json.WriteString("type"u8, "FeatureCollection"u8);
        json.WriteStartArray("features"u8);
        foreach (var (source, names) in sources.Select(s => (s.Source, s.Source.Aliases.Select(a => a.Name))))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "Feature"u8);
            json.WriteStartObject("geometry"u8);
            json.WriteString("type"u8, "Point"u8);
            json.WriteStartArray("coordinates"u8);
            json.WriteNumberValue(source.Ra);
            json.WriteNumberValue(source.Dec);
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteStartObject("properties"u8);
            json.WriteString("name"u8, string.Join(", ", [source.Id, .. names]));
            json.WriteString("url"u8, $"/source/{Uri.EscapeDataString(source.Id)}");
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>The reply of bare saves.</summary>
    public static IResult Saves(Page<(string SourceId, SavedSource Save)> page) => Reply.Success(new
    {
        sources = page.Rows.Select(row => new
        {
            id = row.Save.Id, obj_id = row.SourceId, group_id = row.Save.GroupId, active = row.Save.Active,
            requested = row.Save.Requested, saved_by_id = row.Save.SavedById, saved_at = row.Save.SavedAt,
            unsaved_by_id = row.Save.UnsavedById, unsaved_at = row.Save.UnsavedAt, created_at = row.Save.CreatedAt,
            modified = row.Save.Modified,
        }),
        total_matches = page.Total,
    });

    /// <summary>Writes the properties of an object, without the braces.</summary>
    public static void Write(Utf8JsonWriter json, Source source)
    {
        json.WriteString("id"u8, source.Id);
        json.WriteNumber("ra"u8, source.Ra);
        json.WriteNumber("dec"u8, source.Dec);
        json.WriteNumber("healpix"u8, source.Healpix);
        json.WriteNumber("ra_err"u8, source.RaErr);
        json.WriteNumber("dec_err"u8, source.DecErr);
        json.WriteNumber("ra_dis"u8, source.RaDis);
        json.WriteNumber("dec_dis"u8, source.DecDis);
        json.WriteNumber("offset"u8, source.Offset ?? 0);
        json.WriteNumber("redshift"u8, source.Redshift);
        json.WriteNumber("redshift_error"u8, source.RedshiftError);
        json.WriteString("redshift_origin"u8, source.RedshiftOrigin);
        json.WriteRaw("redshift_history"u8, source.RedshiftHistory);
        json.WriteNumber("host_id"u8, source.HostId);
        json.WriteString("summary"u8, source.Summary);
        json.WriteRaw("summary_history"u8, source.SummaryHistory);
        json.WriteRaw("altdata"u8, source.Altdata);
        json.WriteNumber("dist_nearest_source"u8, source.DistNearestSource);
        json.WriteNumber("mag_nearest_source"u8, source.MagNearestSource);
        json.WriteNumber("e_mag_nearest_source"u8, source.EMagNearestSource);
        json.WriteBoolean("transient"u8, source.Transient);
        json.WriteBoolean("varstar"u8, source.Varstar);
        json.WriteBoolean("is_roid"u8, source.IsRoid);
        json.WriteString("mpc_name"u8, source.MpcName);
        json.WriteTexts("gcn_crossmatch"u8, source.GcnCrossmatch);
        json.WriteString("tns_name"u8, source.TnsName);
        json.WriteRaw("tns_info"u8, source.TnsInfo);
        json.WriteNumber("score"u8, source.Score);
        json.WriteString("origin"u8, source.Origin);
        json.WriteTexts("alias"u8, source.Aliases.Count == 0 ? null : source.Aliases.Select(a => a.Name));
        json.WriteString("internal_key"u8, source.InternalKey);
        json.WriteNumber("detect_photometry_count"u8, source.DetectPhotometryCount);
        json.WriteDate("created_at"u8, source.CreatedAt);
        json.WriteDate("modified"u8, source.Modified);
    }

    /// <summary>Writes the groups that a source is saved to, each with who saved it and when.</summary>
    public static void WriteGroups(Utf8JsonWriter json, Source source, string name = "groups")
    {
        json.WriteStartArray(name);
        foreach (var save in source.Saves)
        {
            json.WriteStartObject();
            WriteGroup(json, save.Group!);
            json.WriteBoolean("active"u8, save.Active);
            json.WriteBoolean("requested"u8, save.Requested);
            json.WriteDate("saved_at"u8, save.SavedAt);
            if (save.SavedBy is { } user)
            {
                json.WriteStartObject("saved_by"u8);
                WriteUser(json, user);
                json.WriteEndObject();
            }
            else
                json.WriteNull("saved_by"u8);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    static void WriteGroup(Utf8JsonWriter json, Group group)
    {
        json.WriteNumber("id"u8, group.Id);
        json.WriteString("name"u8, group.Name);
        json.WriteString("nickname"u8, group.Nickname);
        json.WriteString("description"u8, group.Description);
        json.WriteBoolean("private"u8, group.Private);
        json.WriteBoolean("single_user_group"u8, group.SingleUserGroup);
        json.WriteDate("created_at"u8, group.CreatedAt);
        json.WriteDate("modified"u8, group.Modified);
    }

    /// <summary>Writes the properties of a person, without the braces.</summary>
    public static void WriteUser(Utf8JsonWriter json, User user)
    {
        json.WriteNumber("id"u8, user.Id);
        json.WriteString("username"u8, user.Username);
        json.WriteString("first_name"u8, user.FirstName);
        json.WriteString("last_name"u8, user.LastName);
        json.WriteTexts("affiliations"u8, user.Affiliations);
        json.WriteString("contact_email"u8, user.ContactEmail);
        json.WriteString("contact_phone"u8, user.ContactPhone);
        json.WriteString("oauth_uid"u8, user.OauthUid);
        json.WriteDate("expiration_date"u8, user.ExpirationDate);
        json.WriteDate("created_at"u8, user.CreatedAt);
        json.WriteDate("modified"u8, user.Modified);
    }
}

/// <summary>What a request wants along with a source.</summary>
sealed class SourceWants
{
    public SourceWants(Query query, bool inList)
    {
        Nested = !inList || !query.Bool("removeNested");
        PeriodExists = query.Bool("includePeriodExists");
        Thumbnails = query.Bool("includeThumbnails") && Nested;
        ColorMagnitude = query.Bool("includeColorMagnitude");
        var spectrum = query.Bool("includeSpectrumExists");
        Parts = (Nested ? SourceParts.Groups : 0)
            | (query.Bool("includePhotometryExists") ? SourceParts.PhotometryExists : 0)
            | (spectrum ? SourceParts.SpectrumExists : 0)
            // In a list it comes with the flag for spectra, too: that is how clients ask for it.
            | (query.Bool("includeCommentExists") || inList && spectrum ? SourceParts.CommentExists : 0)
            | (query.Bool("includeLabellers") ? SourceParts.Labellers : 0);
    }

    public SourceParts Parts { get; }
    /// <summary>Whether what hangs off a source is written.</summary>
    public bool Nested { get; }
    public bool PeriodExists { get; }
    public bool Thumbnails { get; }
    public bool ColorMagnitude { get; }
}
