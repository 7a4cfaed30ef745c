using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;
using Vigil.Sky.Imaging;

namespace Vigil.Cli;

/// <summary>vigil catalog: reference stars in one file, from what others publish.</summary>
static class CatalogVerb
{
    static readonly JsonSerializerOptions json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true
    };

    // The runtime, its compiler and the program's code; measured with 64-bit Linux and two threads.
    const int ProgramMib = 96;

    const int LeastMib = 128, MostMib = 1 << 20;

    public static Command Create() =>
        new("catalog", "Make and look at files of reference stars (.vcat), which frames are solved and calibrated with.")
    {
        Import(), Info(),
    };

    static Command Import()
    {
        var files = Options.Files("FILE",
            "Tables of stars: CSV (commas, semicolons, tabs, blanks), ECSV, FITS, VOTable, each also in gzip.");
        var into = new Option<FileInfo>("--into")
        {
            Description = "The catalogue to make; an older one is replaced once the new one is whole.",
            HelpName = "STARS.vcat", Required = true
        };
        var name = new Option<string?>("--name")
        {
            Description = "What reports call it, such as GaiaSP. Default: the name of the file.", HelpName = "NAME",
        };
        var provenance = new Option<string?>("--provenance")
        {
            Description = "Where the stars come from. Default: the names of the tables.",
            HelpName = "TEXT"
        };
        var column = new Option<string[]>("--column")
        {
            Description = "A column whose name is not known: ra=RA_ICRS, V=Vmag, e_V=e_Vmag*0.01; may be repeated. There are " +
                "id, ra, dec, pmra, pmdec, epoch, flags, variable, blended, extended, G BP RP u g r i z U B V R I, and the " +
                "errors e_G ... An empty name leaves a column out: id=",
            HelpName = "WHAT=NAME",
        };
        var epoch = new Option<double?>("--epoch")
        {
            Description = "When the stars were there, as a year such as 2016.0, where the tables do not say.",
            HelpName = "YEAR"
        };
        var griz = new Option<string?>("--griz")
        {
            Description = "In which system g r i z are: sdss, or ps1 (Pan-STARRS), which is converted to sdss. Default: " +
                "ps1 for tables known as ATLAS-Refcat2 or Pan-STARRS, otherwise sdss.",
            HelpName = "SYSTEM",
        };
        griz.AcceptOnlyFromAmong("ps1", "sdss");
        var skipBad = new Option<bool>("--skip-bad")
        {
            Description = "Leave out rows that cannot be used, and count them; otherwise the first one ends it.",
        };
        var memory = new Option<int>("--memory")
        {
            Description = $"MiB of memory that the import may take, of which {ProgramMib} are the program itself. " +
                "More stars than fit go to --scratch for a while.",
            HelpName = "MIB", DefaultValueFactory = _ => 512
        };
        var scratch = new Option<DirectoryInfo?>("--scratch")
        {
            Description = "Where stars go that do not fit into memory. Default: beside the catalogue.",
            HelpName = "DIR"
        };
        var asJson = Json();
        var verb = new Command("import", """
            Make a catalogue of the stars of tables, in any order and of any size.

            Columns of the Gaia archive, VizieR and SExtractor are known by their names. Magnitudes of 90 and more are none.

              vigil catalog import gaia_field.csv.gz --into stars.vcat --name GaiaSP
              vigil catalog import ucac4.vot --into ucac4.vcat --column V=Vmag --epoch 2000
            """)
        {
            files, into, name, provenance, column, epoch, griz, skipBad, memory, scratch, asJson,
        };
        memory.Validators.Add(result =>
        {
            if (!result.Implicit && result.GetValue(memory) is < LeastMib or > MostMib)
                result.AddError($"--memory must be in [{LeastMib}, {MostMib}] MiB.");
        });
        verb.SetAction((parse, ct) => Verb.RunAsync(() => ImportAsync(parse.GetValue(files)!, parse.GetValue(into)!, new()
        {
            Columns = Columns(parse.GetValue(column) ?? []),
            Epoch = parse.GetValue(epoch),
            IsPanStarrs = parse.GetValue(griz) is { } system ? system == "ps1" : null,
            SkipBad = parse.GetValue(skipBad),
        }, new()
        {
            Name = parse.GetValue(name),
            Provenance = parse.GetValue(provenance)
                ?? $"Imported by Vigil {Operation.Build.Version} from " +
                string.Join(", ", parse.GetValue(files)!.Select(file => file.Name)),
            MemoryBytes = (long)(parse.GetValue(memory) - ProgramMib) << 20,
            ScratchFolder = parse.GetValue(scratch)?.FullName,
        }, parse.GetValue(asJson), ct), ct));
        return verb;
    }

    static Command Info()
    {
        var file = new Argument<FileInfo>("FILE") { Description = "A catalogue." };
        var verify = new Option<bool>("--verify") { Description = "Read all of it and compare every checksum." };
        var asJson = Json();
        var verb = new Command("info", "Say what a catalogue holds.") { file, verify, asJson };
        verb.SetAction((parse, ct) => Verb.RunAsync(
            () => InfoAsync(parse.GetValue(file)!, parse.GetValue(verify), parse.GetValue(asJson), ct), ct));
        return verb;
    }

    static Option<bool> Json() => new("--json") { Description = "Print a JSON object in place of the report." };

    static Dictionary<string, string> Columns(string[] given)
    {
        var columns = new Dictionary<string, string>();
        foreach (var text in given)
        {
            var sign = text.IndexOf('=', StringComparison.Ordinal);
            if (sign <= 0)
                throw new StartupError($"'{text}' names no column. Write what it is and its name, such as --column ra=RA_ICRS.");
            columns[text[..sign]] = text[(sign + 1)..];
        }
        return columns;
    }

    static async Task ImportAsync(
        FileInfo[] files, FileInfo into, StarTableOptions tables, StarCatalogOptions options, bool asJson, CancellationToken ct)
    {
        RequireReplaceable(files, into);
        var (bands, motions) = (new HashSet<CatalogBand>(), false);
        foreach (var file in files)
        {
            using var table = Open(file, tables, out _);
            bands.UnionWith(table.Bands);
            motions |= table.HasProperMotions;
        }
        long rows = 0, skipped = 0;
        List<string> notes = [], reasons = [];
        using (var builder = new StarCatalogBuilder(into.FullName, options with { Bands = bands, ProperMotions = motions }))
        {
            await Terminal().Progress().HideCompleted(true).StartAsync(async progress =>
            {
                var reading = progress.AddTask("Reading", maxValue: files.Sum(file => file.Length));
                var writing = progress.AddTask("Sorting and writing", autoStart: false);
                var before = 0L;
                foreach (var file in files)
                {
                    using var table = Open(file, tables, out var stream);
                    await ShowAsync(Task.Run(() => builder.Add(table, ct), CancellationToken.None),
                        () => reading.Value = before + Position(stream));
                    before += file.Length;
                    (rows, skipped) = (rows + table.Rows, skipped + table.Skipped);
                    reasons.AddRange(table.SkippedReasons);
                    notes.AddRange(table.Notes.Select(note => $"{file.Name}: {note}"));
                    if (table.IsCut)
                        notes.Add($"{file.Name}: The service that made this table says that it left out rows, for there " +
                            "were too many.");
                }
                reading.Value = reading.MaxValue;
                if (builder.Count == 0)
                    throw new FrameException($"No row of {rows} can be used: {string.Join(" ", reasons.Take(1))}");
                writing.StartTask();
                var written = new Latest();
                await ShowAsync(Task.Run(() => builder.Write(written, ct), CancellationToken.None),
                    () => writing.Value = 100 * written.Value);
            });
        }
        using var catalog = StarCatalog.Open(into.FullName);
        if (asJson)
        {
            PrintJson(into, catalog, new()
            {
                ["rows"] = rows, ["skipped"] = skipped, ["skipped_reasons"] = reasons,
                ["notes"] = notes
            });
            return;
        }
        Print(into, catalog);
        if (skipped > 0)
            Console.WriteLine(Text($"Left out {skipped:N0} of {rows:N0} rows, such as:\n  {string.Join("\n  ", reasons)}"));
        foreach (var note in notes)
            Console.WriteLine($"Note: {note}");
    }

    static async Task InfoAsync(FileInfo file, bool verify, bool asJson, CancellationToken ct)
    {
        using var catalog = StarCatalog.Open(file.FullName);
        if (verify)
            await Terminal().Progress().HideCompleted(true).StartAsync(async progress =>
            {
                var bar = progress.AddTask("Comparing checksums");
                var read = new Latest();
                await ShowAsync(Task.Run(() => catalog.Verify(read, ct), CancellationToken.None),
                    () => bar.Value = 100 * read.Value);
            });
        if (asJson)
        {
            PrintJson(file, catalog, new() { ["verified"] = verify });
            return;
        }
        Print(file, catalog);
        if (verify)
            Console.WriteLine("Every checksum is right.");
    }

    static void RequireReplaceable(FileInfo[] files, FileInfo into)
    {
        foreach (var file in files)
        {
            if (!file.Exists)
                throw new StartupError($"There is no file {file}.");
            if (file.FullName == into.FullName)
                throw new StartupError($"{into} is to be made of itself. Choose another name for --into.");
        }
        if (into.Directory is { Exists: false } folder)
            throw new StartupError($"There is no folder {folder} for the catalogue. Make it first.");
        if (!into.Exists)
            return;
        // A slip of the order of the files must not cost somebody a table.
        try
        {
            StarCatalog.Open(into.FullName).Dispose();
        }
        catch (FrameException e) when (e.Message.Contains("is no star catalogue", StringComparison.Ordinal))
        {
            throw new StartupError(
                $"{into} is there and no star catalogue, so it is not replaced. Choose another name, or remove it.", e);
        }
        catch (FrameException)
        {
            // A damaged catalogue may be replaced.
        }
    }

    static StarTable Open(FileInfo file, StarTableOptions options, out Stream stream)
    {
        try
        {
            // The table closes it.
            return StarTable.Open(stream = file.OpenRead(), file.Name, options);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupError($"{file} cannot be read: {e.Message}", e);
        }
    }

    static long Position(Stream stream) => stream.CanRead ? stream.Position : 0; // closed: the bar has come to its end

    static async Task ShowAsync(Task work, Action show)
    {
        while (await Task.WhenAny(work, Task.Delay(100)) != work)
            show();
        await work;
    }

    static void Print(FileInfo file, StarCatalog catalog)
    {
        Console.WriteLine(Text($"{file.Name}: {catalog.Count:N0} stars of {catalog.Name}, epoch {catalog.Epoch:F1}"));
        Console.WriteLine(Text($"  Bands: {(catalog.Bands.Count == 0 ? "none" : string.Join(" ", catalog.Bands))}"));
        Console.WriteLine($"  With {(catalog.HasIds ? "ids" : "no ids")} and " +
            $"{(catalog.HasProperMotions ? "proper motions" : "no proper motions")}");
        Console.WriteLine(Text($"  Sky: {catalog.Coverage.Area:F1} square degrees"));
        Console.WriteLine(Text($"  File: {catalog.FileBytes / 1e6:F1} MB, {catalog.BytesPerStar} bytes a star"));
        if (catalog.Provenance != "")
            Console.WriteLine($"  {catalog.Provenance}");
    }

    static void PrintJson(FileInfo file, StarCatalog catalog, Dictionary<string, object> more)
    {
        var all = new Dictionary<string, object>
        {
            ["path"] = file.FullName,
            ["name"] = catalog.Name,
            ["provenance"] = catalog.Provenance,
            ["stars"] = catalog.Count,
            ["epoch"] = catalog.Epoch,
            ["bands"] = catalog.Bands.Select(band => $"{band}"),
            ["has_ids"] = catalog.HasIds,
            ["has_proper_motions"] = catalog.HasProperMotions,
            ["square_degrees"] = Math.Round(catalog.Coverage.Area, 3),
            ["bytes"] = catalog.FileBytes,
            ["bytes_per_star"] = catalog.BytesPerStar,
        };
        foreach (var (key, value) in more)
            all[key] = value;
        Console.WriteLine(JsonSerializer.Serialize(all, json));
    }

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    // What is done for now goes to the terminal, if there is one; what is asked for, to the output.
    static IAnsiConsole Terminal() => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Out = new AnsiConsoleOutput(Console.IsErrorRedirected ? TextWriter.Null : Console.Error),
    });

    /// <summary>What was reported last.</summary>
    sealed class Latest : IProgress<double>
    {
        double value;

        public double Value => Volatile.Read(ref value);

        public void Report(double part) => Volatile.Write(ref value, part);
    }
}
