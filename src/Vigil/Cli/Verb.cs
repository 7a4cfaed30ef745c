using Vigil.Sky.Fits;
using Vigil.Sky.Imaging;

namespace Vigil.Cli;

/// <summary>What all verbs have in common: how they end.</summary>
static class Verb
{
    /// <summary>Runs a verb to its end or to Ctrl-C; what stands in its way is said in one line.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(Func<Task> work, CancellationToken ct)
    {
        try
        {
            // Not on this thread: until the first wait of a verb, Ctrl-C would end it at once.
            await Task.Run(work, CancellationToken.None);
            return 0;
        }
        catch (Exception e) when (e is StartupError or FrameException or FitsException)
        {
            await Console.Error.WriteLineAsync($"vigil: {e.Message}");
            return 1;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return 0;
        }
    }
}
