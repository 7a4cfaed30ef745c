namespace Vigil.Sky.Imaging;

/// <summary>A fitted calibration, as far as residuals and errors of other stars need it.</summary>
sealed record FitModel
{
    public required CalibrationTerms Terms { get; init; }

    /// <summary>Shape (P).</summary>
    public required double[] Coefficients { get; init; }

    /// <summary>Shape (P, P).</summary>
    public required double[] Covariance { get; init; }

    /// <summary>Variance of the good stars beyond their errors; where there is a curve, of the mean magnitude.</summary>
    public required double Variance { get; init; }

    /// <summary>The same with the errors of a typical star: it is known to a share of the root of 2 over their number.</summary>
    public required double TotalVariance { get; init; }

    /// <summary>How the scatter changes with magnitude; null where <see cref="Variance"/> is one for all.</summary>
    public ScatterCurve? Curve { get; init; }

    /// <summary>Null where stars were clipped.</summary>
    public MixtureOutliers? Outliers { get; init; }

    /// <summary>Residuals (reference less calibrated) from Low to High were not clipped.</summary>
    public double Low { get; init; }

    public double High { get; init; }

    public double ZeroPoint(double colour, double x, double y)
    {
        Span<double> row = stackalloc double[CalibrationTerms.MaxCount];
        Terms.Row(colour, x, y, row);
        var sum = 0.0;
        for (var i = 0; i < Coefficients.Length; i++)
            sum += Coefficients[i] * row[i];
        return sum;
    }

    public double ZeroPointErr(double colour, double x, double y)
    {
        Span<double> row = stackalloc double[CalibrationTerms.MaxCount];
        Terms.Row(colour, x, y, row);
        var sum = 0.0;
        for (var i = 0; i < Coefficients.Length; i++)
            for (var j = 0; j < Coefficients.Length; j++)
                sum += row[i] * row[j] * Covariance[i * Coefficients.Length + j];
        return Math.Sqrt(sum);
    }

    /// <summary>Variance of the good stars of a magnitude beyond their errors.</summary>
    public double VarianceAt(double mag) => Curve?.VarianceAt(mag) ?? Variance;

    /// <summary>The variance that a star's residual should have.</summary>
    /// <param name="mag">In the catalogue.</param>
    /// <param name="errSquared">Of its two errors together.</param>
    public double ResidualVariance(double mag, double errSquared) => Outliers is null ? Variance : errSquared + VarianceAt(mag);

    /// <summary>Probability that a star is good.</summary>
    /// <param name="difference">Reference less instrumental magnitude.</param>
    /// <param name="zeroPoint">At its colour and place.</param>
    /// <param name="s">The variance that its residual should have.</param>
    public double Weight(double difference, double zeroPoint, double s)
    {
        var residual = difference - zeroPoint;
        if (Outliers is not { } outliers)
            return residual >= Low && residual <= High ? 1 : 0;
        var good = (1 - outliers.Fraction) * Math.Exp(-0.5 * residual * residual / s) / Math.Sqrt(2 * Math.PI * s);
        return good / (good + outliers.Fraction * outliers.Density(difference));
    }
}
