using System.Runtime.InteropServices;
using Vigil.Sky.Fits;

namespace Vigil.Sky.Imaging;

/// <summary>A place on the sky where the frame may be, and what speaks for it.</summary>
/// <param name="Wcs">World coordinates, good to some pixels.</param>
/// <param name="LogOdds">As <see cref="PlateEvidence.LogOdds"/>.</param>
/// <param name="Matches">How many detections agree with a star.</param>
/// <param name="Chance">How many would by chance.</param>
/// <param name="Looked">How many were looked at.</param>
/// <param name="Sigma">How well they agree: pixels.</param>
sealed record PlateTry(Wcs Wcs, double LogOdds, int Matches, double Chance, int Looked, double Sigma)
{
    // Few detections are the surest when both lists begin with the same stars, many when they do not.
    static readonly int[] counts = [60, 300, 1000];

    /// <summary>
    /// Weighs world coordinates with few and with many detections and takes the best; null where no star is in the frame.
    /// </summary>
    public static PlateTry? Weigh(PlateEvidence evidence, FrameStars frame, ReferenceStars stars, Wcs wcs, PixelMap map,
        double radius, PlatePrior prior)
    {
        // No more stars than are compared with the most detections.
        var most = 2 * Math.Min(counts[^1], frame.Count) + 20;
        var (x, y) = (new List<double>(), new List<double>());
        for (int j = 0, inside = 0; j < stars.Count && inside < most; j++)
        {
            var (atX, atY) = wcs.SkyToPixel(stars.Ra[j], stars.Dec[j]);
            x.Add(atX);
            y.Add(atY);
            inside += frame.Holds(atX, atY) ? 1 : 0;
        }
        PlateTry? best = null;
        var distinct = counts.Select(count => Math.Min(count, frame.Count)).Distinct().ToArray();
        foreach (var count in distinct)
        {
            evidence.Weigh(CollectionsMarshal.AsSpan(x), CollectionsMarshal.AsSpan(y), count, map, radius, wcs.PixelScale, prior);
            var odds = evidence.LogOdds - Math.Log(distinct.Length); // that of the best is looked at
            if (evidence.Matches == 0 || odds <= best?.LogOdds)
                continue;
            var back = evidence.Map.Inverse;
            var moved = PlateCards.Make(frame.Width, frame.Height, (atX, atY) =>
            {
                var (fromX, fromY) = back.Apply(atX, atY);
                return wcs.PixelToSky(fromX, fromY);
            }, order: null);
            if (moved is not null)
                best = new(Wcs.From(moved), odds, evidence.Matches, evidence.Chance, evidence.Looked, evidence.Sigma);
        }
        return best;
    }
}
