using Vigil.Bench;

namespace Vigil.Sky.Tests.Imaging;

/// <summary>
/// Broken files, headers and pixels end in a typed error or in a result that says why. (vigil bench imagefuzz does so twenty
/// thousand times.)
/// </summary>
public class FrameFuzzTests
{
    [Fact]
    public void Mutated_frames_end_well()
    {
        var seeds = FrameExercise.Seeds();
        var ends = new Dictionary<string, int>();
        for (var i = 0; i < 60; i++)
        {
            var end = FrameExercise.Run(FrameExercise.Mutated(seeds, new Random(i)));
            ends[end] = ends.GetValueOrDefault(end) + 1;
        }
        // Some get through, some do not: otherwise the mutations would be too mild or too wild to test anything.
        Assert.True(ends.Count >= 3, string.Join(", ", ends.Select(end => $"{end.Key} {end.Value}")));
    }
}
