namespace Vigil.Sky.LightCurves;

/// <summary>
/// A transient that rises and declines exponentially, as <see cref="Bazin"/> fits it:
/// flux = amplitude · exp(-(t - t0) / fall) / (1 + exp(-(t - t0) / rise)) + base.
/// </summary>
public sealed record BazinFit
{
    /// <summary>Between rise and decline, MJD; see <see cref="PeakMjd"/>.</summary>
    public required double T0 { get; init; }

    /// <summary>Days in which the late flux declines by e.</summary>
    public required double FallDays { get; init; }

    /// <summary>Days of the exponential rise.</summary>
    public required double RiseDays { get; init; }

    /// <summary>In the unit of the light curve.</summary>
    public required double Amplitude { get; init; }

    /// <summary>The flux long before and after, in the unit of the light curve.</summary>
    public required double Base { get; init; }

    /// <summary>
    /// 1σ error of <see cref="T0"/>, the other parameters being free, to first order; NaN where the light curve sets no bound.
    /// </summary>
    public required double T0Err { get; init; }

    /// <summary>1σ error of <see cref="FallDays"/>.</summary>
    public required double FallDaysErr { get; init; }

    /// <summary>1σ error of <see cref="RiseDays"/>.</summary>
    public required double RiseDaysErr { get; init; }

    /// <summary>Sum of squares of the residuals over their errors.</summary>
    public required double Chi2 { get; init; }

    /// <summary>Whether the best of the searches ended at a minimum.</summary>
    public required bool Converged { get; init; }

    /// <summary>When the flux is highest, MJD; NaN where it has no peak, for it rises more slowly than it declines.</summary>
    public double PeakMjd => FallDays > RiseDays ? T0 + RiseDays * Math.Log(FallDays / RiseDays - 1) : double.NaN;

    /// <summary>Late decline, magnitudes a day: 2.5 log10(e) / fall.</summary>
    public double DeclineRate => 2.5 * Math.Log10(Math.E) / FallDays;

    /// <summary>The flux at a time in MJD, in the unit of the light curve.</summary>
    public double Flux(double mjd)
    {
        var x = mjd - T0;
        return Base + Amplitude / (Math.Exp(x / FallDays) + Math.Exp(x / FallDays - x / RiseDays));
    }
}
