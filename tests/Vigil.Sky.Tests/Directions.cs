using FsCheck;
using FsCheck.Fluent;

namespace Vigil.Sky.Tests;

/// <summary>Positions to try properties with.</summary>
static class Directions
{
    /// <summary>Any position, the poles and RA 0 more often than chance: degrees.</summary>
    public static Arbitrary<(double Ra, double Dec)> Any { get; } = Gen.Choose(0, 359_999_999).SelectMany(
        _ => Gen.OneOf(Gen.Choose(-90_000_000, 90_000_000), Gen.Elements(-90_000_000, 0, 90_000_000, 89_999_999)),
        (ra, dec) => (ra % 7 == 0 ? 0 : ra / 1e6, dec / 1e6)).ToArbitrary();
}
