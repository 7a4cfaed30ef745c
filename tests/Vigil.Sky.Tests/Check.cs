using FsCheck;

namespace Vigil.Sky.Tests;

/// <summary>
/// FsCheck's runner, which draws the same values in every run: a test that fails tells of a change, not of luck. With the
/// environment variable VIGIL_SEED set to a number it draws others; a failure names the seed that shows it.
/// </summary>
static class Check
{
    static readonly ulong seed = ulong.TryParse(Environment.GetEnvironmentVariable("VIGIL_SEED"), out var number)
        ? number : 20261121;

    /// <summary>A hundred tries.</summary>
    public static void QuickThrowOnFailure(Property property) => One(Config.QuickThrowOnFailure, property);

    /// <summary>A hundred tries.</summary>
    public static void QuickCheckThrowOnFailure(this Property property) => One(Config.QuickThrowOnFailure, property);

    /// <summary>As many tries as the configuration says.</summary>
    public static void One(Config config, Property property) =>
        FsCheck.Check.One(config.WithReplay(seed, 1).WithQuietOnSuccess(true), property);
}
