namespace Vigil.Sky;

/// <summary>Which pixels stand for a patch of sky.</summary>
public enum CoverRule
{
    /// <summary>
    /// All pixels that touch it, and a few that come within a pixel's width of it: nothing of the patch is missed.
    /// </summary>
    Touching,

    /// <summary>Exactly the pixels whose centre is in it.</summary>
    Centres,

    /// <summary>Only pixels that lie inside it altogether, though not each of those: nothing but the patch is covered.</summary>
    Within,
}
