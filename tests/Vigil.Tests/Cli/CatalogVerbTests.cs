using System.Diagnostics;
using System.Text.Json;
using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.Cli;

public sealed class CatalogVerbTests : IDisposable
{
    const string Table = "source_id,ra,dec,ref_epoch,phot_g_mean_mag\n1,10,20,2016,12.5\n2,350,-20,2016,\n";

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Tables_are_imported_and_described()
    {
        Write("a.csv", Table);
        Write("b.csv", "ra;dec;V;x\n5;6;9;8\n");
        var (code, output, errors) = await RunAsync("import", "a.csv", "b.csv", "--into", "s.vcat", "--name", "mine", "--epoch",
            "2016", "--json");
        Assert.Equal((0, ""), (code, errors));
        var json = JsonDocument.Parse(output).RootElement;
        Assert.Equal((3, 3, 0, "mine", 2016), (json.GetProperty("stars").GetInt32(), json.GetProperty("rows").GetInt32(),
            json.GetProperty("skipped").GetInt32(), json.GetProperty("name").GetString(), json.GetProperty("epoch").GetDouble()));
        Assert.Equal(["GaiaG", "JohnsonV"], json.GetProperty("bands").EnumerateArray().Select(band => band.GetString()));

        (code, output, _) = await RunAsync("info", "s.vcat", "--verify");
        Assert.Equal(0, code);
        Assert.Contains("s.vcat: 3 stars of mine, epoch 2016.0", output, StringComparison.Ordinal);
        Assert.Contains("from a.csv, b.csv", output, StringComparison.Ordinal);
        Assert.Contains("Every checksum is right.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bad_rows_end_the_import_or_are_left_out_and_told()
    {
        Write("a.csv", Table + "3,400,0,2016,10\n");
        var (code, _, errors) = await RunAsync("import", "a.csv", "--into", "s.vcat");
        Assert.Equal(1, code);
        Assert.Equal("vigil: a.csv, line 4: ra = 400: a right ascension is in [0, 360) degrees. Correct it, or leave such " +
            "rows out: --skip-bad",
            errors.Trim());
        Assert.False(File.Exists(Path.Combine(folder.Path, "s.vcat")));

        (code, var output, _) = await RunAsync("import", "a.csv", "--into", "s.vcat", "--skip-bad");
        Assert.Equal(0, code);
        Assert.Contains("Left out 1 of 3 rows, such as:\n  a.csv, line 4: ra = 400", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mistakes_are_told_in_a_line()
    {
        Write("a.csv", Table);
        await AssertRefusedAsync("There is no file", "import", "none.csv", "--into", "s.vcat");
        await AssertRefusedAsync("is no star catalogue of Vigil", "info", "a.csv");
        await AssertRefusedAsync("is there and no star catalogue, so it is not replaced", "import", "a.csv", "--into", "b.csv");
        var (code, _, errors) = await RunAsync("import", "a.csv", "--into", "s.vcat", "--memory", "100");
        Assert.NotEqual(0, code);
        Assert.Contains("--memory must be in [128, 1048576] MiB.", errors, StringComparison.Ordinal);
        await AssertRefusedAsync("names no column", "import", "a.csv", "--into", "s.vcat", "--column", "V");
    }

    async Task AssertRefusedAsync(string message, params string[] arguments)
    {
        Write("b.csv", Table);
        var (code, _, errors) = await RunAsync(arguments);
        Assert.Equal(1, code);
        Assert.StartsWith("vigil: ", errors, StringComparison.Ordinal);
        Assert.Contains(message, errors, StringComparison.Ordinal);
        Assert.Single(errors.Trim().Split('\n'));
    }

    void Write(string name, string text) => File.WriteAllText(Path.Combine(folder.Path, name), text);

    async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "vigil.dll"), "catalog", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.Path,
        };
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await errors);
    }
}
