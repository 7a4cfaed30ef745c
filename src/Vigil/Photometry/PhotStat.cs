using Vigil.Sky.Photometry;
using Vigil.Sources;

namespace Vigil.Photometry;

/// <summary>
/// Statistics of a source's light curve, as SkyPortal keeps them. A detection is a flux above 3σ; magnitudes are AB, times are
/// MJD in UTC, rates are mag/day. Statistics that do not exist (of no detections, say) are null or absent.
/// </summary>
sealed class PhotStat
{
    /// <summary>A flux of more than so many σ is a detection.</summary>
    public const double DetectionSigma = 3;

    public int SourceKey { get; set; }
    [System.Text.Json.Serialization.JsonIgnore]
    public Source? Source { get; set; }
    public DateTimeOffset? LastUpdate { get; set; }
    /// <summary>When they were last made from all points.</summary>
    public DateTimeOffset? LastFullUpdate { get; set; }
    /// <summary>When the latest point was stored.</summary>
    public DateTimeOffset? LastPhotAddTime { get; set; }
    public int NumObsGlobal { get; set; }
    public int NumDetGlobal { get; set; }
    public double? FirstDetectedMjd { get; set; }
    public double? FirstDetectedMag { get; set; }
    public string? FirstDetectedFilter { get; set; }
    public double? LastDetectedMjd { get; set; }
    public double? LastDetectedMag { get; set; }
    public string? LastDetectedFilter { get; set; }
    public double? RecentObsMjd { get; set; }
    /// <summary>Non-detections before the first detection, in order of time.</summary>
    public List<double> PredetectionMjds { get; set; } = [];
    public double? LastNonDetectionMjd { get; set; }
    /// <summary>Days from the last non-detection to the first detection.</summary>
    public double? TimeToNonDetection { get; set; }
    public double? MeanMagGlobal { get; set; }
    public double? PeakMjdGlobal { get; set; }
    public double? PeakMagGlobal { get; set; }
    public double? FaintestMagGlobal { get; set; }
    public double? DeepestLimitGlobal { get; set; }
    /// <summary>From the first detection to the peak in its band; positive.</summary>
    public double? RiseRate { get; set; }
    /// <summary>From the peak in its band to the last detection; negative.</summary>
    public double? DecayRate { get; set; }
    public double? MagRmsGlobal { get; set; }

    public Dictionary<string, int> NumObsPerFilter { get; set; } = [];
    public Dictionary<string, int> NumDetPerFilter { get; set; } = [];
    public Dictionary<string, double> MeanMagPerFilter { get; set; } = [];
    /// <summary>"band1-band2" to the difference of their mean magnitudes.</summary>
    public Dictionary<string, double> MeanColor { get; set; } = [];
    public Dictionary<string, double> PeakMjdPerFilter { get; set; } = [];
    public Dictionary<string, double> PeakMagPerFilter { get; set; } = [];
    public Dictionary<string, double> FaintestMagPerFilter { get; set; } = [];
    public Dictionary<string, double> DeepestLimitPerFilter { get; set; } = [];
    public Dictionary<string, double> MagRmsPerFilter { get; set; } = [];
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset Modified { get; set; }

    /// <summary>Takes one more point into account. The order of points does not matter.</summary>
    /// <param name="mjd">MJD, UTC.</param>
    /// <param name="band">Name of the bandpass.</param>
    /// <param name="flux">µJy; NaN where nothing was detected.</param>
    /// <param name="fluxErr">µJy, 1σ.</param>
    /// <param name="limitingMag">AB; NaN where none was given: then it is 5σ of the error.</param>
    public void Add(double mjd, string band, double flux, double fluxErr, double limitingMag)
    {
        NumObsGlobal++;
        NumObsPerFilter[band] = NumObsPerFilter.GetValueOrDefault(band) + 1;
        RecentObsMjd = Math.Max(mjd, RecentObsMjd ?? mjd);
        if (flux / fluxErr > DetectionSigma)
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
