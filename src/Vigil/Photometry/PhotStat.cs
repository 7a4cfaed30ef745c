using Vigil.Sources;

namespace Vigil.Photometry;

/// <summary>Statistics of a source's light curve, as SkyPortal keeps them. A detection is a flux of 3σ or more. Magnitudes are AB.</summary>
sealed class PhotStat
{
    public int SourceKey { get; set; }
    public Source? Source { get; set; }
    public DateTimeOffset? LastUpdate { get; set; }
    public DateTimeOffset? LastFullUpdate { get; set; }
    public int NumObsGlobal { get; set; }
    public int NumDetGlobal { get; set; }
    public double? FirstDetectedMjd { get; set; }
    public double? FirstDetectedMag { get; set; }
    public string? FirstDetectedFilter { get; set; }
    public double? LastDetectedMjd { get; set; }
    public double? LastDetectedMag { get; set; }
    public string? LastDetectedFilter { get; set; }
    public double? RecentObsMjd { get; set; }
    public double[] PredetectionMjds { get; set; } = [];
    public double? LastNonDetectionMjd { get; set; }
    public double? TimeToNonDetection { get; set; }
    public double? MeanMagGlobal { get; set; }
    public double? PeakMjdGlobal { get; set; }
    public double? PeakMagGlobal { get; set; }
    public double? FaintestMagGlobal { get; set; }
    public double? DeepestLimitGlobal { get; set; }
    public double? RiseRate { get; set; }
    public double? DecayRate { get; set; }
    public double? MagRmsGlobal { get; set; }

    // JSON text: band to value.
    public string NumObsPerFilter { get; set; } = "{}";
    public string NumDetPerFilter { get; set; } = "{}";
    public string MeanMagPerFilter { get; set; } = "{}";
    /// <summary>JSON text: "band1-band2" to magnitude difference.</summary>
    public string MeanColor { get; set; } = "{}";
    public string PeakMjdPerFilter { get; set; } = "{}";
    public string PeakMagPerFilter { get; set; } = "{}";
    public string FaintestMagPerFilter { get; set; } = "{}";
    public string DeepestLimitPerFilter { get; set; } = "{}";
    public string MagRmsPerFilter { get; set; } = "{}";
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset Modified { get; set; }
}
