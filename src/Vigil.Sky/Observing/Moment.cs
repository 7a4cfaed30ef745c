using Vigil.Sky.Time;

namespace Vigil.Sky.Observing;

/// <summary>A time, and what is then the same for all observers: how the Earth stands, where it is and how it moves.</summary>
/// <remarks>It costs some 20 µs; use it again for other sites.</remarks>
public readonly struct Moment
{
    /// <summary>A time, UTC.</summary>
    /// <param name="mjd">UTC.</param>
    /// <param name="orientation">What the IERS knows of the Earth's rotation then; all zero by default, up to 13.5" wrong in hour
    /// angle.</param>
    /// <param name="leapSeconds">A newer table than the library's.</param>
    /// <exception cref="ArgumentOutOfRangeException">The date is NaN or infinite.</exception>
    public Moment(double mjd, EarthOrientation orientation = default, LeapSeconds? leapSeconds = null)
    {
        Mjd = mjd;
        MjdTt = TimeScale.UtcToTt(mjd, leapSeconds);
        Earth = Observing.Earth.At(MjdTt);
        var t = Epoch.Centuries(MjdTt);
        var nutation = PrecessionNutation.Nutation(t);
        ToTrueEquator = PrecessionNutation.True(t, nutation);
        var ut1 = JulianDate.FromMjd(mjd, orientation.Ut1MinusUtc / 86400);
        var gast = EarthRotation.Era(ut1) + EarthRotation.GastMinusEra(t, nutation);
        const double arcsec = Math.PI / 648000;
        ToEarth = Rotation.AboutX(-orientation.PolarY * arcsec) * Rotation.AboutY(-orientation.PolarX * arcsec)
            * Rotation.AboutZ(double.DegreesToRadians(gast)) * ToTrueEquator;
    }

    /// <summary>UTC.</summary>
    public double Mjd { get; }

    /// <summary>The same time as TT, by which bodies move.</summary>
    public double MjdTt { get; }

    /// <summary>The Earth's place and motion.</summary>
    public EarthState Earth { get; }

    /// <summary>
    /// The apparent place of a star from the centre of the Earth: on the true equator and equinox of date, as almanacs print it.
    /// </summary>
    /// <param name="ra">Degrees, ICRS, any finite value; after its proper motion (<see cref="SpaceMotion"/>).</param>
    /// <param name="dec">Degrees, ICRS, in [-90, 90].</param>
    /// <returns>Right ascension in [0, 360) and declination in [-90, 90], degrees.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The declination is outside [-90, 90], or a number is not finite.</exception>
    /// <remarks>Precession, nutation, aberration, the Sun's bending of light: within 2 mas of IAU 2006/2000A.</remarks>
    public (double Ra, double Dec) ApparentPlace(double ra, double dec)
    {
        var observer = new Observer(Earth.Velocity, Earth.FromSun);
        return ToTrueEquator.Apply(observer.Aberrated(observer.Bent(SpaceVector.From(ra, dec)))).ToDegrees();
    }

    /// <summary>From ICRS to the true equator and equinox.</summary>
    internal Rotation ToTrueEquator { get; }

    /// <summary>From ICRS to the axes that turn with the Earth (ITRS).</summary>
    internal Rotation ToEarth { get; }
}
