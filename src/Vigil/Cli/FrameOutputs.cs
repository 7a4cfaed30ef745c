using System.CommandLine;
using System.Globalization;
using System.Text;
using Vigil.Sky.Fits;
using Vigil.Sky.Imaging;

namespace Vigil.Cli;

/// <summary>The files that vigil frame writes beside its report.</summary>
sealed class FrameOutputs(FrameOptions options, ParseResult parse)
{
    readonly string? sources = parse.GetValue(options.Sources);
    readonly bool force = parse.GetValue(options.Force);

    public bool Json { get; } = parse.GetValue(options.Json);

    /// <summary>The frame with its solution.</summary>
    public string? Solved { get; init; }

    public string? Plot { get; init; }

    public string? Csv { get; init; }

    /// <summary>Refuses what could not be written, before the work begins.</summary>
    public void Check(FileInfo[] files)
    {
        if (Csv is not null)
            OutputFile.Check(Csv, files, force);
        if (files.Length == 1)
            foreach (var path in (string?[])[Solved, Plot, sources])
                if (path is not null && !Directory.Exists(path))
                    OutputFile.Check(path, files, force);
        if (Plot is null)
            return;
        var extension = Path.GetExtension(Plot).ToUpperInvariant();
        if (extension == ".PNG")
            OutputFile.RequireRsvg();
        else if (files.Length == 1 && !Directory.Exists(Plot) && extension != ".SVG")
            throw new StartupError($"--plot {Plot}: pictures are .svg or .png.");
    }

    public void Write(FrameReport report, FrameReadOptions reading, bool isOneOfMany)
    {
        if (report.Measurement is not { } measured)
            return;
        if (Plot is not null)
            WritePlots(report, measured, isOneOfMany);
        if (sources is not null && measured.Extraction is { } extraction)
        {
            var path = OutputFile.For(sources, report.File, isOneOfMany, ".cat", force);
            var wcs = measured.Solution?.Wcs;
            var zeroPoint = measured.Calibration?.Best?.ZeroPoint ?? 0;
            if (Path.GetExtension(path).ToUpperInvariant() is ".FITS" or ".FIT" or ".LDAC")
                OutputFile.Write(path, stream => SextractorCatalog.WriteLdac(stream, measured.Frame, extraction.Detections, wcs, zeroPoint));
            else
                OutputFile.Write(path, stream => SextractorCatalog.WriteAsciiHead(stream, extraction.Detections, wcs, zeroPoint));
            report.Written.Add(path);
        }
        if (Solved is not null && measured.Solution is { IsSolved: true } solution)
        {
            var path = OutputFile.For(Solved, report.File, isOneOfMany, ".solved.fits", force);
            WriteSolved(path, report.File, reading, solution);
            report.Written.Add(path);
        }
    }

    public void WriteCsv(IEnumerable<FrameReport> reports)
    {
        if (Csv is null)
            return;
        var text = new StringBuilder("time,bjd_tdb,filter,magnitude,error,statistical_error,zero_point_error,scatter,limiting_magnitude,"
            + "airmass,seeing,exposure,stars,file\n");
        foreach (var report in reports.Where(report => report.Measurement?.Calibration?.Target is not null)
            .OrderBy(report => report.Measurement!.Exposure.MjdMid).ThenBy(report => report.File.Name, StringComparer.Ordinal))
        {
            var measured = report.Measurement!;
            var (best, target) = (measured.Calibration!.Best!, measured.Calibration.Target!);
            // An error of -1 marks a limit, as networks of telescopes have it.
            double[] numbers =
            [
                target.Mag, target.IsLimit ? -1 : target.MagErr, target.IsLimit ? double.NaN : target.StatisticalErr, target.ZeroPointErr,
                target.Scatter, measured.LimitingMag, measured.Airmass, measured.Seeing, measured.Exposure.Seconds,
            ];
            text.Append(CultureInfo.InvariantCulture, $"{Number(measured.Exposure.MjdMid, "0.000000")},{Number(measured.BjdTdb, "0.000000")},");
            text.Append(CultureInfo.InvariantCulture, $"{report.Band},{string.Join(',', numbers.Select(number => Number(number, "0.####")))},");
            text.Append(CultureInfo.InvariantCulture, $"{best.Used},{Quoted(report.File.Name)}\n");
        }
        OutputFile.Write(Csv, stream => stream.Write(Encoding.UTF8.GetBytes(text.ToString())));
    }

    void WritePlots(FrameReport report, FrameMeasurement measured, bool isOneOfMany)
    {
        var extension = string.Equals(Path.GetExtension(Plot), ".png", StringComparison.OrdinalIgnoreCase) ? ".png" : ".svg";
        var path = OutputFile.For(Plot!, report.File, isOneOfMany, extension, force);
        Draw(path, FramePicture.Draw(measured, report.File.Name));
        if (measured.Calibration is not { Best: not null } calibration)
            return;
        foreach (var (name, figure) in (ReadOnlySpan<(string, SvgFigure)>)
            [("magnitudes", CalibrationPlots.Magnitudes(calibration)), ("residuals", CalibrationPlots.Residuals(calibration))])
        {
            var beside = Path.ChangeExtension(path, $".{name}{extension}");
            OutputFile.Check(beside, [report.File], force);
            Draw(beside, figure);
        }

        void Draw(string to, SvgFigure figure)
        {
            if (extension == ".png")
                OutputFile.WritePng(to, figure.ToString());
            else
                OutputFile.Write(to, stream => stream.Write(Encoding.UTF8.GetBytes(figure.ToString())));
            report.Written.Add(to);
        }
    }

    // The pixels as they were, not those without bad columns or other colours; whole numbers as whole numbers.
    static void WriteSolved(string path, FileInfo file, FrameReadOptions reading, PlateSolution solution)
    {
        Frame frame;
        using (var stream = file.OpenRead())
            frame = Frame.Read(stream, reading with { GreenOnly = false });
        var header = solution.Over(frame.Header);
        header.AddCommentary("HISTORY", $"World coordinates by vigil frame solve: {solution.Matches.Count} stars, "
            + string.Create(CultureInfo.InvariantCulture, $"rms {solution.Rms:0.###} arcsec."));
        int[] axes = [frame.Width, frame.Height];
        OutputFile.Write(path, to =>
        {
            var writer = new FitsWriter(to);
            if (frame.Pixels.All(value => value >= ushort.MinValue && value <= ushort.MaxValue && value == MathF.Floor(value)))
                writer.WriteImage<ushort>(Array.ConvertAll(frame.Pixels, value => (ushort)value), axes, header);
            else if (frame.Pixels.All(value => value >= short.MinValue && value <= short.MaxValue && value == MathF.Floor(value)))
                writer.WriteImage<short>(Array.ConvertAll(frame.Pixels, value => (short)value), axes, header);
            else
                writer.WriteImage<float>(frame.Pixels, axes, header);
        });
    }

    static string Number(double value, string format) => double.IsFinite(value) ? value.ToString(format, CultureInfo.InvariantCulture) : "";

    static string Quoted(string text) => text.AsSpan().ContainsAny(',', '"') ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
