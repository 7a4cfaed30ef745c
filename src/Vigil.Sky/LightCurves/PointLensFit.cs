namespace Vigil.Sky.LightCurves;

/// <summary>A microlensing event by a point lens, as a light curve tells it; made by <see cref="PointLens"/>.</summary>
public sealed record PointLensFit
{
    /// <summary>
    /// Time of the closest approach, MJD. With parallax: of the approach as seen in the frame of <see cref="ReferenceMjd"/>.
    /// </summary>
    public required double T0 { get; init; }

    /// <summary>Separation then, in Einstein radii; with parallax its sign tells on which side the source passes.</summary>
    public required double U0 { get; init; }

    /// <summary>Days in which the source moves one Einstein radius.</summary>
    public required double TE { get; init; }

    /// <summary>Flux of the source without magnification, in the unit of the light curve.</summary>
    public required double SourceFlux { get; init; }

    /// <summary>Flux of what is not magnified; negative where the background was taken too high.</summary>
    public required double BlendFlux { get; init; }

    /// <summary>Microlens parallax towards north, in au over projected Einstein radii; 0 where it was not fitted.</summary>
    public double PiEN { get; init; }

    /// <summary>Microlens parallax towards east; 0 where it was not fitted.</summary>
    public double PiEE { get; init; }

    /// <summary>When the Earth's velocity is that of the frame of the parallax, MJD; null where it was not fitted.</summary>
    public double? ReferenceMjd { get; init; }

    /// <summary>1σ errors, the other parameters being free, to first order: NaN where the light curve sets no bound.</summary>
    public required double T0Err { get; init; }

    /// <summary>1σ error of <see cref="U0"/>.</summary>
    public required double U0Err { get; init; }

    /// <summary>1σ error of <see cref="TE"/>, days.</summary>
    public required double TEErr { get; init; }

    /// <summary>1σ error of <see cref="PiEN"/>; 0 where it was not fitted.</summary>
    public double PiENErr { get; init; }

    /// <summary>1σ error of <see cref="PiEE"/>; 0 where it was not fitted.</summary>
    public double PiEEErr { get; init; }

    /// <summary>Sum of squares of the residuals over their errors.</summary>
    public required double Chi2 { get; init; }

    /// <summary>Whether the best of the searches ended at a minimum.</summary>
    public required bool Converged { get; init; }
}
