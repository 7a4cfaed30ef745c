using System.Diagnostics;

namespace Vigil.Bench;

/// <summary>
/// Does every broken frame end in a typed error or in a result that says why, in time? Twenty thousand frames with damaged
/// headers and pixels go all the way to a magnitude; the seed is fixed.
/// </summary>
static class FrameFuzzBench
{
    const int Inputs = 20_000;
    const double MostSeconds = 10;

    public static Task<IReadOnlyList<Measurement>> RunAsync(CancellationToken ct)
    {
        var (seeds, sync, slowest, done) = (FrameExercise.Seeds(), new Lock(), 0.0, 0);
        Parallel.For(0, Inputs,
            new ParallelOptions { CancellationToken = ct, MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
        {
            var clock = Stopwatch.StartNew();
            try
            {
                FrameExercise.Run(FrameExercise.Mutated(seeds, new Random(i)));
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Input {i} ends in {e.GetType().Name}: {e.Message}", e);
            }
            lock (sync)
            {
                slowest = Math.Max(slowest, clock.Elapsed.TotalSeconds);
                if (++done % 2_000 == 0)
                    Console.Error.WriteLine($"{done} frames; slowest {slowest:F3} s");
            }
        });
        return Task.FromResult<IReadOnlyList<Measurement>>(
        [
            Measurement.More("imagefuzz.inputs_without_a_fault", done, "frames", "what was asked for", Inputs, 1),
            Measurement.Less("imagefuzz.slowest_input", slowest, "s", "the bound", MostSeconds, 1),
        ]);
    }
}
