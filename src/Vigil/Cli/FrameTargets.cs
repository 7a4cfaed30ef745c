using Vigil.Sky;
using Vigil.Sky.Imaging;

namespace Vigil.Cli;

/// <summary>Where the target of vigil frame photometry is: given by numbers, by a table of targets or by the frame's header.</summary>
sealed class FrameTargets
{
    // Keywords that hold the place of the target itself; RA and DEC say where the telescope pointed.
    static readonly (string Ra, string Dec)[] places = [("OBJCTRA", "OBJCTDEC"), ("CAT-RA", "CAT-DEC"), ("RA_TARG", "DEC_TARG"), ("RA_OBJ", "DEC_OBJ")];

    readonly string? name;
    readonly (double Ra, double Dec)? given;

    public FrameTargets(string? ra, string? dec, string? name, FileInfo? table)
    {
        this.name = name;
        var place = Place(ra, dec);
        if (table is not null && name is null)
            throw new StartupError("--targets is a table to look --target NAME up in; the name is missing.");
        if (ra is not null && name is not null && table is not null)
            throw new StartupError("Give the target by --ra and --dec or by --targets, not by both.");
        given = place ?? (table is not null ? LookUp(table, name!) : null);
    }

    /// <summary>The name given, for reports.</summary>
    public string? Name => name;

    /// <summary>The place of the target in a frame; null where none was asked for.</summary>
    /// <exception cref="FrameException">The header does not tell where the named target is.</exception>
    public (double Ra, double Dec)? In(Frame frame)
    {
        if (given is not null || name is null)
            return given;
        var called = frame.Header.Find("OBJECT")?.Value ?? "";
        if (!Same(called, name))
            throw new FrameException($"Where '{name}' is, the frame does not say (its OBJECT is '{called}'). Give --ra and --dec, or --targets "
                + "with a CSV of name,ra,dec.");
        foreach (var (raKeyword, decKeyword) in places)
            if (frame.Header.Find(raKeyword)?.Value is { } ra && frame.Header.Find(decKeyword)?.Value is { } dec
                && Sexagesimal.TryParseRa(ra, out var right) && Sexagesimal.TryParseDec(dec, out var up))
                return (right, up);
        throw new FrameException($"The frame is of '{name}', but its header does not say where exactly that is (OBJCTRA, OBJCTDEC). Give --ra "
            + "and --dec, or --targets with a CSV of name,ra,dec.");
    }

    static (double Ra, double Dec) LookUp(FileInfo table, string name)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(table.FullName);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupError($"The table of targets cannot be read: {e.Message}", e);
        }
        (int Name, int Ra, int Dec)? columns = null;
        foreach (var line in lines)
        {
            if (line.Length == 0 || line[0] == '#')
                continue;
            var fields = line.Split(',', StringSplitOptions.TrimEntries);
            if (columns is not { } at)
            {
                columns = (Column("name"), Column("ra"), Column("dec"));
                continue;

                int Column(string title)
                {
                    var index = Array.FindIndex(fields, field => field.Trim('"').Equals(title, StringComparison.OrdinalIgnoreCase));
                    return index >= 0 ? index : throw new StartupError($"{table}: there is no column {title}. It begins with a line name,ra,dec.");
                }
            }
            if (at.Name < fields.Length && Same(fields[at.Name].Trim('"'), name))
                return at.Ra < fields.Length && at.Dec < fields.Length ? Parse(fields[at.Ra].Trim('"'), fields[at.Dec].Trim('"'), $"{table}, {name}")
                    : throw new StartupError($"{table}: the row of {name} is too short.");
        }
        throw new StartupError($"{table}: there is no target '{name}'.");
    }

    /// <summary>A place in degrees from the two options, or null where neither is given.</summary>
    public static (double Ra, double Dec)? Place(string? ra, string? dec) => ra is null && dec is null ? null
        : ra is null || dec is null ? throw new StartupError("A target has both --ra and --dec; one of them is missing.")
        : Parse(ra, dec, "--ra and --dec");

    static (double Ra, double Dec) Parse(string ra, string dec, string where)
    {
        try
        {
            return (Sexagesimal.ParseRa(ra), Sexagesimal.ParseDec(dec));
        }
        catch (FormatException e)
        {
            throw new StartupError($"{where}: {e.Message}", e);
        }
    }

    // "M 31" and "m31" are one.
    static bool Same(string a, string b) =>
        string.Equals(a.Replace(" ", "", StringComparison.Ordinal), b.Replace(" ", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);
}
