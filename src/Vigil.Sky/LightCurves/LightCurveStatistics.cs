using Vigil.Sky.Photometry;

namespace Vigil.Sky.LightCurves;

/// <summary>
/// Statistics of a light curve in several bands that grow point by point, as SkyPortal keeps them (phot_stat). A detection is a
/// flux above 3σ; magnitudes are AB, times are MJD in UTC, rates are mag/day.
/// </summary>
/// <remarks>
/// Statistics that do not exist (of no detections, say) are null or absent. All can be set, so that they may be stored and
/// continued; a point takes a time that hardly depends on those before it.
/// </remarks>
public class LightCurveStatistics
{
    /// <summary>A flux of more than so many σ is a detection.</summary>
    public const double DetectionSigma = 3;

    /// <summary>How many points there are.</summary>
    public int NumObsGlobal { get; set; }

    /// <summary>How many of them are detections.</summary>
    public int NumDetGlobal { get; set; }

    /// <summary>Time of the first detection.</summary>
    public double? FirstDetectedMjd { get; set; }

    /// <summary>Magnitude of the first detection.</summary>
    public double? FirstDetectedMag { get; set; }

    /// <summary>Band of the first detection.</summary>
    public string? FirstDetectedFilter { get; set; }

    /// <summary>Time of the last detection.</summary>
    public double? LastDetectedMjd { get; set; }

    /// <summary>Magnitude of the last detection.</summary>
    public double? LastDetectedMag { get; set; }

    /// <summary>Band of the last detection.</summary>
    public string? LastDetectedFilter { get; set; }

    /// <summary>Time of the latest point.</summary>
    public double? RecentObsMjd { get; set; }

    /// <summary>Non-detections before the first detection, in order of time.</summary>
    public List<double> PredetectionMjds { get; set; } = [];

    /// <summary>Time of the last non-detection before the first detection.</summary>
    public double? LastNonDetectionMjd { get; set; }

    /// <summary>Days from the last non-detection to the first detection.</summary>
    public double? TimeToNonDetection { get; set; }

    /// <summary>Mean magnitude of the detections.</summary>
    public double? MeanMagGlobal { get; set; }

    /// <summary>Time of the brightest detection; of several, the first.</summary>
    public double? PeakMjdGlobal { get; set; }

    /// <summary>Magnitude of the brightest detection.</summary>
    public double? PeakMagGlobal { get; set; }

    /// <summary>Magnitude of the faintest detection.</summary>
    public double? FaintestMagGlobal { get; set; }

    /// <summary>The faintest limit of the non-detections.</summary>
    public double? DeepestLimitGlobal { get; set; }

    /// <summary>From the first detection to the peak in its band; positive.</summary>
    public double? RiseRate { get; set; }

    /// <summary>From the peak in its band to the last detection; negative.</summary>
    public double? DecayRate { get; set; }

    /// <summary>Root mean square deviation of the magnitudes of the detections from their mean.</summary>
    public double? MagRmsGlobal { get; set; }

    /// <summary>How many points each band has.</summary>
    public Dictionary<string, int> NumObsPerFilter { get; set; } = [];

    /// <summary>How many detections each band has.</summary>
    public Dictionary<string, int> NumDetPerFilter { get; set; } = [];

    /// <summary>Mean magnitude of the detections in each band.</summary>
    public Dictionary<string, double> MeanMagPerFilter { get; set; } = [];

    /// <summary>"band1-band2" to the difference of their mean magnitudes.</summary>
    public Dictionary<string, double> MeanColor { get; set; } = [];

    /// <summary>Time of the brightest detection in each band.</summary>
    public Dictionary<string, double> PeakMjdPerFilter { get; set; } = [];

    /// <summary>Magnitude of the brightest detection in each band.</summary>
    public Dictionary<string, double> PeakMagPerFilter { get; set; } = [];

    /// <summary>Magnitude of the faintest detection in each band.</summary>
    public Dictionary<string, double> FaintestMagPerFilter { get; set; } = [];

    /// <summary>The faintest limit in each band.</summary>
    public Dictionary<string, double> DeepestLimitPerFilter { get; set; } = [];

    /// <summary>Root mean square deviation of the magnitudes in each band.</summary>
    public Dictionary<string, double> MagRmsPerFilter { get; set; } = [];

    /// <summary>Takes one more point into account. The order of points does not matter.</summary>
    /// <param name="mjd">MJD, UTC.</param>
    /// <param name="band">Name of the bandpass.</param>
    /// <param name="flux">µJy; NaN where nothing was detected.</param>
    /// <param name="fluxErr">µJy, 1σ.</param>
    /// <param name="limitingMag">AB; NaN where none was given: then it is 5σ of the error.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time is not a finite number.</exception>
    public void Add(double mjd, string band, double flux, double fluxErr, double limitingMag)
    {
        if (!double.IsFinite(mjd))
            throw new ArgumentOutOfRangeException(nameof(mjd), mjd, "A time must be a finite MJD.");
        NumObsGlobal++;
        NumObsPerFilter[band] = NumObsPerFilter.GetValueOrDefault(band) + 1;
        RecentObsMjd = Math.Max(mjd, RecentObsMjd ?? mjd);
        if (AbMagnitude.SignalToNoise(flux, fluxErr) > DetectionSigma)
            AddDetection(mjd, band, AbMagnitude.FromFlux(flux));
        else
            AddLimit(mjd, band, double.IsNaN(limitingMag) ? AbMagnitude.LimitingMag(fluxErr) : limitingMag);
        TimeToNonDetection = FirstDetectedMjd - LastNonDetectionMjd;
    }

    void AddDetection(double mjd, string band, double mag)
    {
        (MeanMagGlobal, MagRmsGlobal) = Spread(NumDetGlobal, MeanMagGlobal ?? mag, MagRmsGlobal ?? 0, mag);
        var before = NumDetPerFilter.GetValueOrDefault(band);
        (MeanMagPerFilter[band], MagRmsPerFilter[band]) = Spread(
            before, MeanMagPerFilter.GetValueOrDefault(band, mag), MagRmsPerFilter.GetValueOrDefault(band), mag);
        NumDetGlobal++;
        NumDetPerFilter[band] = before + 1;
        foreach (var (other, mean) in MeanMagPerFilter)
        {
            if (other == band)
                continue;
            MeanColor[$"{band}-{other}"] = MeanMagPerFilter[band] - mean;
            MeanColor[$"{other}-{band}"] = mean - MeanMagPerFilter[band];
        }

        // Of equally bright points the earliest is the peak, in whatever order they arrive.
        if (PeakMagGlobal is not { } peak || mag < peak || (mag == peak && mjd < PeakMjdGlobal))
            (PeakMagGlobal, PeakMjdGlobal) = (mag, mjd);
        if (!PeakMagPerFilter.TryGetValue(band, out var peakOfBand) || mag < peakOfBand
            || (mag == peakOfBand && mjd < PeakMjdPerFilter[band]))
            (PeakMagPerFilter[band], PeakMjdPerFilter[band]) = (mag, mjd);
        FaintestMagGlobal = Math.Max(mag, FaintestMagGlobal ?? mag);
        FaintestMagPerFilter[band] = Math.Max(mag, FaintestMagPerFilter.GetValueOrDefault(band, mag));

        if (FirstDetectedMjd is not { } first || mjd < first)
        {
            (FirstDetectedMjd, FirstDetectedMag, FirstDetectedFilter) = (mjd, mag, band);
            PredetectionMjds.RemoveRange(Place(mjd), PredetectionMjds.Count - Place(mjd));
            LastNonDetectionMjd = PredetectionMjds is [.., var last] ? last : null;
        }
        if (LastDetectedMjd is not { } latest || mjd > latest)
            (LastDetectedMjd, LastDetectedMag, LastDetectedFilter) = (mjd, mag, band);
        RiseRate = Rate(FirstDetectedMjd!.Value, FirstDetectedMag!.Value, FirstDetectedFilter!, after: true);
        DecayRate = Rate(LastDetectedMjd!.Value, LastDetectedMag!.Value, LastDetectedFilter!, after: false);
    }

    void AddLimit(double mjd, string band, double limit)
    {
        DeepestLimitGlobal = Math.Max(limit, DeepestLimitGlobal ?? limit);
        DeepestLimitPerFilter[band] = Math.Max(limit, DeepestLimitPerFilter.GetValueOrDefault(band, limit));
        if (mjd >= FirstDetectedMjd)
            return;
        PredetectionMjds.Insert(Place(mjd), mjd);
        LastNonDetectionMjd = PredetectionMjds[^1];
    }

    /// <summary>Where a time belongs among the non-detections before the first detection.</summary>
    int Place(double mjd)
    {
        var index = PredetectionMjds.BinarySearch(mjd);
        return index < 0 ? ~index : index;
    }

    /// <summary>mag/day between a detection and the peak in its band, where the peak is on the asked side of it.</summary>
    double? Rate(double mjd, double mag, string band, bool after)
    {
        var days = PeakMjdPerFilter[band] - mjd;
        return (after ? days > 0 : days < 0) ? -(PeakMagPerFilter[band] - mag) / days : null;
    }

    /// <summary>Mean and root mean square deviation of n values and one more.</summary>
    static (double Mean, double Rms) Spread(int n, double mean, double rms, double value)
    {
        // B. P. Welford 1962, Technometrics 4, 419, for the population's variance.
        var difference = value - mean;
        return (mean + difference / (n + 1), Math.Sqrt(n * (rms * rms + difference * difference / (n + 1)) / (n + 1)));
    }
}
