namespace Vigil.Sky.Imaging;

/// <summary>The pixels of one source, and their moments in the filtered frame. Pixels are counted from 0.</summary>
sealed class Segment
{
    public required int Region { get; init; }
    /// <summary>Which part of its region.</summary>
    public required int Label { get; init; }
    /// <summary>Whether its region has other parts.</summary>
    public bool Blended { get; init; }

    public int Area { get; private set; }
    public double Flux { get; private set; }
    public float Peak { get; private set; }
    public int Left { get; private set; } = int.MaxValue;
    public int Right { get; private set; } = -1; // the last
    public int Bottom { get; private set; } = int.MaxValue;
    public int Top { get; private set; } = -1; // the last
    public double X { get; private set; }
    public double Y { get; private set; }
    public double Xx { get; private set; }
    public double Yy { get; private set; }
    public double Xy { get; private set; }
    /// <summary>RMS along the major axis.</summary>
    public double A { get; private set; }
    /// <summary>RMS along the minor axis.</summary>
    public double B { get; private set; }
    /// <summary>Radians from x towards y.</summary>
    public double Theta { get; private set; }

    /// <summary>The value that as many of its pixels reach as a detection needs.</summary>
    public float Faintest { get; set; }

    // Sums about the first pixel.
    int originX, originY;
    double sumX, sumY, sumXx, sumYy, sumXy;

    public void Add(int x, int y, float value)
    {
        if (Area++ == 0)
            (originX, originY) = (x, y);
        double dx = x - originX, dy = y - originY;
        Flux += value;
        sumX += value * dx;
        sumY += value * dy;
        sumXx += value * dx * dx;
        sumYy += value * dy * dy;
        sumXy += value * dx * dy;
        Peak = Math.Max(Peak, value);
        (Left, Right) = (Math.Min(Left, x), Math.Max(Right, x));
        (Bottom, Top) = (Math.Min(Bottom, y), Math.Max(Top, y));
    }

    /// <summary>Makes moments of the sums.</summary>
    public void Finish()
    {
        double dx = sumX / Flux, dy = sumY / Flux;
        (X, Y) = (originX + dx, originY + dy);
        (Xx, Yy, Xy) = (Math.Max(sumXx / Flux - dx * dx, 0), Math.Max(sumYy / Flux - dy * dy, 0), sumXy / Flux - dx * dy);
        // A line of pixels has no width of its own; a pixel has the variance of a square, 1/12.
        if (Xx * Yy - Xy * Xy < 1.0 / 144)
            (Xx, Yy) = (Xx + 1.0 / 12, Yy + 1.0 / 12);
        var half = Math.Sqrt((Xx - Yy) * (Xx - Yy) / 4 + Xy * Xy);
        A = Math.Sqrt((Xx + Yy) / 2 + half);
        B = Math.Sqrt(Math.Max((Xx + Yy) / 2 - half, 1.0 / 144 / (A * A)));
        Theta = 0.5 * Math.Atan2(2 * Xy, Xx - Yy);
    }
}
