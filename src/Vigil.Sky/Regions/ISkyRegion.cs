namespace Vigil.Sky;

/// <summary>A patch of the sky, as <see cref="Healpix.Cover"/> and <see cref="Moc"/> ask for it.</summary>
public interface ISkyRegion
{
    /// <summary>Whether a direction lies in the patch; on the very border either answer is right.</summary>
    bool Contains(UnitVector direction);

    /// <summary>
    /// How far the border of the patch is at least from a direction, inside or outside: radians, never negative. The nearer
    /// this bound is to the distance itself, the fewer pixels a cover has that need not be there.
    /// </summary>
    double BorderDistance(UnitVector direction);
}
