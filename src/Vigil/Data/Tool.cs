using System.ComponentModel;
using System.Diagnostics;

namespace Vigil.Data;

/// <summary>Short-lived programs of the system and what they print.</summary>
static class Tool
{
    /// <returns>What the program printed, trimmed.</returns>
    /// <exception cref="StartupError">It is not installed or failed.</exception>
    public static string Run(string program, params IEnumerable<string> arguments) =>
        Run(Command(program, arguments));

    public static ProcessStartInfo Command(string program, params IEnumerable<string> arguments) => new(program, arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    };

    /// <returns>What the program printed, or null if it failed.</returns>
    public static string? Try(ProcessStartInfo command)
    {
        try
        {
            return Run(command);
        }
        catch (StartupError)
        {
            return null;
        }
    }

    public static string Run(ProcessStartInfo command, string input = "")
    {
        try
        {
            using var process = Process.Start(command)!;
            var error = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEndAsync();
            process.StandardInput.Write(input);
            process.StandardInput.Close();
            process.WaitForExit();
            return process.ExitCode == 0
                ? output.Result.Trim()
                : throw new StartupError($"{command.FileName} {string.Join(' ', command.ArgumentList)} failed "
                    + $"({process.ExitCode}): {error.Result.Trim()}");
        }
        catch (Win32Exception e)
        {
            throw new StartupError($"The program {command.FileName} cannot be run: {e.Message}.", e);
        }
    }
}
