namespace Vigil.Sky.Observing;

/// <summary>What an observer's motion and the Sun nearby do to the direction in which light comes in.</summary>
readonly struct Observer
{
    // Twice the Sun's gravitational radius, au: IERS Conventions (2010), table 1.1 (GM of the Sun over c squared).
    const double SunBending = 1.97412574336e-8;

    /// <summary>
    /// Within 9' of the Sun's centre, behind its disk, 1 + cos of the angle to the direction away from it is taken to be this
    /// much, as ERFA does.
    /// </summary>
    public const double SunLimit = 1e-6;

    /// <param name="velocity">Of the observer, from the barycentre of the solar system: au a day.</param>
    /// <param name="fromSun">Where the observer is from the Sun: au.</param>
    public Observer(SpaceVector velocity, SpaceVector fromSun)
    {
        Velocity = 1 / Earth.LightSpeed * velocity;
        Slowing = Math.Sqrt(1 - Velocity.Dot(Velocity));
        var distance = fromSun.Length;
        (FromSun, Bending) = (1 / distance * fromSun, SunBending / distance);
    }

    /// <summary>The velocity over that of light.</summary>
    public SpaceVector Velocity { get; }

    /// <summary>The inverse of its Lorentz factor.</summary>
    public double Slowing { get; }

    /// <summary>The direction from the Sun, of length one.</summary>
    public SpaceVector FromSun { get; }

    /// <summary>How strongly the Sun bends light here.</summary>
    public double Bending { get; }

    /// <summary>The direction of a star whose light passed the Sun, which drew it in: it seems to stand further off.</summary>
    /// <remarks>S. A. Klioner 2003, AJ 125, 1580, to the first order in 2e-8.</remarks>
    public SpaceVector Bent(SpaceVector star)
    {
        var cos = FromSun.Dot(star);
        return star + Bending / Math.Max(1 + cos, SunLimit) * (FromSun - cos * star);
    }

    /// <summary>
    /// The direction in which a moving observer sees what lies in a direction of length one; the length is not kept.
    /// </summary>
    /// <remarks>Special relativity: Explanatory Supplement to the Astronomical Almanac (3rd ed., 2013), equation 7.40.</remarks>
    public SpaceVector Aberrated(SpaceVector direction) =>
        Slowing * direction + (1 + Velocity.Dot(direction) / (1 + Slowing)) * Velocity;
}
