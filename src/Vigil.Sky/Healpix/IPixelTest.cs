namespace Vigil.Sky;

/// <summary>How four pixels lie to a patch of sky; bit k of a result is pixel k.</summary>
interface IPixelTest
{
    /// <summary>Which pixels surely do not touch the patch, and which surely lie inside it, by the circles around them.</summary>
    (uint Outside, uint Inside) Relate(in PixelQuad quad, int order);

    /// <summary>Which centres lie in the patch.</summary>
    uint Centres(in PixelQuad quad);
}
