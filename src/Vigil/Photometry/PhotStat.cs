using Vigil.Sky.LightCurves;
using Vigil.Sources;

namespace Vigil.Photometry;

/// <summary>The statistics of a source's light curve, and when they were made.</summary>
sealed class PhotStat : LightCurveStatistics
{
    public int SourceKey { get; set; }
    [System.Text.Json.Serialization.JsonIgnore]
    public Source? Source { get; set; }
    public DateTimeOffset? LastUpdate { get; set; }
    /// <summary>When they were last made from all points.</summary>
    public DateTimeOffset? LastFullUpdate { get; set; }
    /// <summary>When the latest point was stored.</summary>
    public DateTimeOffset? LastPhotAddTime { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset Modified { get; set; }
}
