using System.Text.Json.Nodes;
using Vigil.Sky;
using Vigil.Sources;

namespace Vigil.Dialects.Bhtom;

/// <summary>Targets in BHTOM's words.</summary>
static class TargetJson
{
    /// <summary>The fields that one gives to make a target, as they were stored, and its id.</summary>
    public static object Short(Source s) => new
    {
        id = s.Key,
        name = s.Id,
        ra = s.Ra,
        dec = s.Dec,
        epoch = s.Epoch,
        description = s.Description,
        classification = s.Classification,
        discovery_date = Reply.Microseconds(s.DiscoveryDate),
        importance = s.Importance,
        cadence = s.Cadence,
        has_optical = s.HasOptical,
        has_infrared = s.HasInfrared,
        has_radio = s.HasRadio,
        has_xray = s.HasXray,
        has_gamma = s.HasGamma,
        has_polarimetry = s.HasPolarimetry,
    };

    /// <summary>A row of the target list: all there is, in the order of BHTOM's model.</summary>
    /// <param name="mjd">Now.</param>
    public static object Full(Target target, double mjd)
    {
        var s = target.Source;
        var orbit = s.Orbit is null ? null : JsonNode.Parse(s.Orbit);
        var (l, b) = Galactic.FromIcrs(s.Ra, s.Dec);
        var priority = target.Priority(mjd);
        return new
        {
            id = s.Key,
            name = s.Id,
            type = s.Type,
            has_optical = s.HasOptical,
            has_infrared = s.HasInfrared,
            has_radio = s.HasRadio,
            has_xray = s.HasXray,
            has_gamma = s.HasGamma,
            has_polarimetry = s.HasPolarimetry,
            created = Reply.Milliseconds(s.CreatedAt),
            modified = Reply.Milliseconds(s.Modified),
            ra = s.Ra,
            dec = s.Dec,
            epoch = s.Epoch,
            parallax = s.Parallax,
            pm_ra = s.PmRa,
            pm_dec = s.PmDec,
            galactic_lng = Math.Round(l, 6),
            galactic_lat = Math.Round(b, 6),
            distance = s.Distance,
            distance_err = s.DistanceErr,
            scheme = orbit?["scheme"],
            epoch_of_elements = orbit?["epoch_of_elements"],
            mean_anomaly = orbit?["mean_anomaly"],
            arg_of_perihelion = orbit?["arg_of_perihelion"],
            eccentricity = orbit?["eccentricity"],
            lng_asc_node = orbit?["lng_asc_node"],
            inclination = orbit?["inclination"],
            mean_daily_motion = orbit?["mean_daily_motion"],
            semimajor_axis = orbit?["semimajor_axis"],
            epoch_of_perihelion = orbit?["epoch_of_perihelion"],
            ephemeris_period = orbit?["ephemeris_period"],
            ephemeris_period_err = orbit?["ephemeris_period_err"],
            ephemeris_epoch = orbit?["ephemeris_epoch"],
            ephemeris_epoch_err = orbit?["ephemeris_epoch_err"],
            perihdist = orbit?["perihdist"],
            classification = s.Classification,
            discovery_date = Reply.Milliseconds(s.DiscoveryDate),
            mjd_last = target.LastMjd ?? 0,
            mag_last = Math.Round(target.LastMag ?? Target.NeverSeenMag, 10),
            importance = s.Importance,
            cadence = s.Cadence,
            priority,
            sun_separation = target.SunSeparation(mjd),
            creation_date = Reply.Milliseconds(s.CreatedAt),
            constellation = Constellation.At(s.Ra, s.Dec),
            dont_update_me = false,
            phot_class = (string?)null,
            // BHTOM keeps drawn plots in files; here get-plots draws them when asked.
            photometry_plot = "",
            photometry_plot_obs = "",
            photometry_plot_highenergy = "",
            photometry_icon_plot = "",
            spectroscopy_plot = "",
            data_plot = (string?)null,
            filter_last = target.LastBand is { } band ? BandNames.Bhtom(band) : "",
            cadence_priority = priority,
            description = s.Description,
            aliases = s.Aliases.Select(a => new[] { a.Survey, a.Name }),
            groups = target.Lists.Select(g => new object[] { g.Name, g.Id }),
        };
    }
}
