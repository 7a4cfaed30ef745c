using System.Globalization;
using Vigil.Sky.Observing;
using Vigil.Sky.Time;

namespace Vigil.Bench;

/// <summary>
/// Altitudes and airmasses of 1,000 targets for 20 telescopes over a day, Sun and Moon, and twilights, against ERFA and astropy.
/// </summary>
static class ObservabilityBench
{
    const string Script = "c_observability.py";

    public static async Task<IReadOnlyList<Measurement>> RunAsync(CancellationToken ct)
    {
        var peers = await Peer.RunAsync(Script, ct, "--only", "c.altaz,c.sunmoon,c.twilight");
        var erfa = peers.Single(p => p.Workload == "c.altaz_1000x20x145" && p.Name.StartsWith("ERFA", StringComparison.Ordinal));
        const double arcsec = 180 * 3600 / Math.PI;
        var orientation = new EarthOrientation(erfa["ut1_utc_s"], erfa["xp_rad"] * arcsec, erfa["yp_rad"] * arcsec);
        var targets = Rows("c_targets.csv");
        var (ra, dec) = (targets.Select(row => Number(row[1])).ToArray(), targets.Select(row => Number(row[2])).ToArray());
        Site[] sites = [.. Rows("c_sites.csv").Select(row => new Site(Number(row[2]), Number(row[3]), Number(row[4])))];
        double[] times = [.. Enumerable.Range(0, (int)erfa["steps"]).Select(k => erfa["mjd_start"] + k / 144.0)];
        var altitude = new double[targets.Length * sites.Length * times.Length];
        var azimuth = new double[altitude.Length];

        var measurements = new List<Measurement>();
        // ERFA computes azimuths as well; so does this line, from the positions on.
        var both = Peer.Seconds(() => Visibility.AltAz(new StarList(ra, dec), sites, times, altitude, azimuth, _ => orientation));
        CheckAltitudes(altitude, targets.Length, times.Length, erfa);
        measurements.Add(Measurement.Less("observability.altaz_one_thread", both, "s", erfa.Name, erfa.Seconds, goal: 3));
        var airmass = new double[altitude.Length];
        var one = Peer.Seconds(() =>
        {
            Visibility.AltAz(new StarList(ra, dec), sites, times, altitude, orientation: _ => orientation);
            Airmass.Secant(altitude, airmass);
        });
        CheckAltitudes(altitude, targets.Length, times.Length, erfa);
        Peer.Agree("sum of the airmasses below 2", airmass.Where(x => x < 2).Sum(), erfa["sum_airmass_below_2"], 0.1);
        measurements.Add(Measurement.Less("observability.altitude_airmass_one_thread", one, "s", erfa.Name, erfa.Seconds,
            goal: 3));
        var threads = Environment.ProcessorCount;
        var all = Peer.Seconds(() => Visibility.AltAz(new StarList(ra, dec), sites, times, altitude, azimuth, _ =>
            orientation, threads));
        CheckAltitudes(altitude, targets.Length, times.Length, erfa);
        measurements.Add(Measurement.Less("observability.altaz_all_cores", all, "s", $"ours on one thread, here on {threads}",
            both, goal: 1.2));

        var astropy = peers.Single(p => p.Workload == "c.sun_moon_20x145");
        var (sun, moon) = (new double[sites.Length * times.Length], new double[sites.Length * times.Length]);
        var bodies = Peer.Seconds(() => SunAndMoon(sites, times, orientation, sun, moon));
        // A sum of 2,900: errors of 0.0003 degrees (Sun) and 0.002 (Moon) in one direction, were they in all.
        Peer.Agree("sum of the Sun's altitudes", sun.Sum(), astropy["sum_sun_alt"], 0.0003 * sun.Length);
        Peer.Agree("sum of the Moon's altitudes", moon.Sum(), astropy["sum_moon_alt"], 0.002 * moon.Length);
        Peer.Agree("the Sun at site 1", sun[0], astropy["sun_site1_step1"], 0.0003);
        Peer.Agree("the Moon at site 1", moon[0], astropy["moon_site1_step1"], 0.002);
        Peer.Agree("steps of astronomical night", sun.Count(h => h < -18), astropy["sun_below_-18"], 0);
        measurements.Add(Measurement.Less("observability.sun_moon", bodies, "s", astropy.Name, astropy.Seconds, goal: 3));

        var astroplan = peers.Single(p => p.Workload == "c.twilight_20x6");
        double?[][] nights = [];
        var twilights = Peer.Seconds(() => nights = [.. sites.Select(site => Night(site, times[0]))]);
        var theirs = astroplan.Check.GetProperty("site1").EnumerateArray().Select(time => time.GetDouble()).ToArray();
        // astroplan interpolates linearly between points 10 minutes apart: up to a minute beside the root.
        for (var i = 0; i < theirs.Length; i++)
            Peer.Agree($"event {i + 1} at site 1", nights[0][i] ?? double.NaN, theirs[i], 60 / 86400.0);
        measurements.Add(Measurement.Less("observability.twilight", twilights, "s", astroplan.Name, astroplan.Seconds, goal: 3));
        return measurements;
    }

    // The next sunset, evenings, mornings, sunrise and moonrise, of the centres and without refraction as the peer has them.
    static double?[] Night(Site site, double mjd) =>
    [
        Twilight.NextEvening(mjd, site, 0), Twilight.NextEvening(mjd, site, Twilight.Nautical), Twilight.NextEvening(mjd, site),
        Twilight.NextMorning(mjd, site), Twilight.NextMorning(mjd, site, 0), RiseSet.Next(site, mjd, Moon.At).Rise,
    ];

    static void SunAndMoon(Site[] sites, double[] times, EarthOrientation orientation, double[] sun, double[] moon)
    {
        for (var time = 0; time < times.Length; time++)
        {
            var moment = new Moment(times[time], orientation);
            var (toSun, toMoon) = (Sun.At(moment.MjdTt), Moon.At(moment.MjdTt));
            for (var site = 0; site < sites.Length; site++)
            {
                var sky = new Horizon(sites[site], moment);
                (sun[site * times.Length + time], moon[site * times.Length + time]) = (sky.AltAz(toSun).Altitude,
                    sky.AltAz(toMoon).Altitude);
            }
        }
    }

    // altitude: (site, time, target).
    static void CheckAltitudes(double[] altitude, int targets, int times, PeerResult erfa)
    {
        const double arcsec = 1 / 3600.0;
        Peer.Agree("target 1 at site 1", altitude[0], erfa["alt_site1_target1_step1"], 0.3 * arcsec);
        Peer.Agree("target 500 at site 4", altitude[(3 * times + 72) * targets + 499], erfa["alt_site4_target500_step73"],
            0.3 * arcsec);
        Peer.Agree("target 1000 at site 20", altitude[(19 * times + 144) * targets + 999], erfa["alt_site20_target1000_step145"],
            0.3 * arcsec);
        Peer.Agree("sum of the altitudes", altitude.Sum(), erfa["sum_alt"], 0.01 * arcsec * altitude.Length);
        Peer.Agree("airmasses below 2", altitude.Count(h => Math.Sin(double.DegreesToRadians(h)) > 0.5),
            erfa["n_airmass_below_2"], 1);
    }

    static string[][] Rows(string file) =>
        [.. File.ReadLines(Path.Combine(Peer.WorkDir, file)).Skip(1).Select(line => line.Split(','))];

    static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
