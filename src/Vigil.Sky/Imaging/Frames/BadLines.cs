using System.Runtime.InteropServices;
using Vigil.Sky.LightCurves;

namespace Vigil.Sky.Imaging;

/// <summary>Columns and rows of a detector that say the same whatever shines on them, or are far from their neighbours.</summary>
sealed class BadLines
{
    // So many lines on either side are the neighbours; fewer would not tell a pair of bad ones from good ones.
    const int Reach = 6;

    // A line is bad when its median is off by so many times the noise of one pixel: stars and gradients move none so far.
    const double Limit = 3;

    // Shorter lines have no median to speak of.
    const int Shortest = 32;

    readonly List<int> columns = [], rows = [];

    public int Count => columns.Count + rows.Count;

    public static BadLines Find(Frame frame)
    {
        var bad = new BadLines();
        if (frame.Height >= Shortest && frame.Width > 4 * Reach)
            Find(frame, frame.Width, frame.Height, 1, frame.Width, bad.columns);
        if (frame.Width >= Shortest && frame.Height > 4 * Reach)
            Find(frame, frame.Height, frame.Width, frame.Width, 1, bad.rows);
        return bad;
    }

    /// <summary>A copy of a frame in which they have no value.</summary>
    public Frame Blanked(Frame frame)
    {
        var pixels = (float[])frame.Pixels.Clone();
        foreach (var column in columns)
            for (var y = 0; y < frame.Height; y++)
                pixels[y * frame.Width + column] = float.NaN;
        foreach (var row in rows)
            pixels.AsSpan(row * frame.Width, frame.Width).Fill(float.NaN);
        return new Frame(frame.Width, frame.Height, pixels, frame.Header)
        {
            IsGreenOnly = frame.IsGreenOnly, Assumptions = frame.Assumptions,
        };
    }

    public override string ToString() => (columns.Count, rows.Count) switch
    {
        (_, 0) => Named("column", columns),
        (0, _) => Named("row", rows),
        _ => $"{Named("column", columns)} and {Named("row", rows)}",
    };

    static string Named(string name, List<int> lines) => (lines.Count == 1 ? name : name + "s") + " "
        + string.Join(", ", lines.Take(8).Select(line => line + 1)) + (lines.Count > 8 ? ", ..." : "");

    static void Find(Frame frame, int lines, int length, int acrossStep, int alongStep, List<int> found)
    {
        var (medians, spreads, values) = (new double[lines], new double[lines], new List<double>(length));
        // A thousand pixels tell a median to 4 % of the noise.
        var step = Math.Max(1, length / 1000);
        for (var line = 0; line < lines; line++)
        {
            values.Clear();
            for (var i = 0; i < length; i += step)
                if (frame.Pixels[line * acrossStep + i * alongStep] is var value && !float.IsNaN(value))
                    values.Add(value);
            var span = CollectionsMarshal.AsSpan(values);
            (medians[line], spreads[line]) = span.Length >= Shortest ? Robust.MedianAndSigma(span) : (double.NaN, double.NaN);
        }
        var near = new List<double>(2 * Reach);
        for (var line = 0; line < lines; line++)
        {
            if (double.IsNaN(medians[line]))
                continue;
            near.Clear();
            for (var other = Math.Max(0, line - Reach); other <= Math.Min(lines - 1, line + Reach); other++)
                if (other != line && !double.IsNaN(medians[other]))
                    near.Add(medians[other]);
            if (near.Count < Reach)
                continue;
            var typical = Robust.Median(CollectionsMarshal.AsSpan(near));
            near.Clear();
            for (var other = Math.Max(0, line - Reach); other <= Math.Min(lines - 1, line + Reach); other++)
                if (other != line && !double.IsNaN(spreads[other]))
                    near.Add(spreads[other]);
            var noise = Robust.Median(CollectionsMarshal.AsSpan(near));
            if (noise > 0 && (Math.Abs(medians[line] - typical) > Limit * noise || spreads[line] == 0))
                found.Add(line);
        }
    }
}
