using Spectre.Console;

namespace Vigil.Cli;

/// <summary>A bar on the terminal that says how many frames are done; nothing for a single one, or where nobody looks.</summary>
sealed class FrameProgress : IDisposable
{
    readonly TaskCompletionSource finished = new();
    readonly Task shown = Task.CompletedTask;
    ProgressTask? bar;
    int done;

    public FrameProgress(int frames)
    {
        if (frames < 2 || Console.IsErrorRedirected)
            return;
        var terminal = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        shown = terminal.Progress().HideCompleted(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async progress =>
            {
                var task = progress.AddTask("Frames", maxValue: frames);
                task.Value = Volatile.Read(ref done);
                Volatile.Write(ref bar, task);
                await finished.Task;
            });
    }

    public void Advance()
    {
        var count = Interlocked.Increment(ref done);
        if (Volatile.Read(ref bar) is { } task)
            task.Value = Math.Max(task.Value, count);
    }

    public void Dispose()
    {
        finished.TrySetResult();
        shown.GetAwaiter().GetResult();
    }
}
