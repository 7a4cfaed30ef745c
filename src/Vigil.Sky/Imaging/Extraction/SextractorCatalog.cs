using System.Globalization;
using System.Text;
using Vigil.Sky.Fits;

namespace Vigil.Sky.Imaging;

/// <summary>Writes detections as the catalogues of SExtractor, which other tools of astronomy read.</summary>
/// <remarks>
/// The columns have SExtractor's names, units and meanings (its manual, sections "Catalogs" and "Measurements"): NUMBER,
/// positions, AUTO, aperture, PSF and isophotal photometry, shape, CLASS_STAR, BACKGROUND and FLAGS; the columns of the sky
/// only with a plate solution. As there, the magnitude of a flux that is not positive is 99 with an error of 99; any other
/// quantity that was not measured is NaN. FLAGS has, beside SExtractor's bits, <see cref="DetectionFlaws.CosmicRay"/>.
/// </remarks>
public static class SextractorCatalog
{
    /// <summary>Writes an ASCII_HEAD catalogue: a line <c># n NAME description [unit]</c> a column, then the rows.</summary>
    /// <param name="stream">Receives ASCII; it is left open.</param>
    /// <param name="detections">Rows in this order; all with the same number of apertures.</param>
    /// <param name="wcs">The frame's plate solution; null where there is none.</param>
    /// <param name="magZeroPoint">Magnitude of a flux of 1 in the frame's units.</param>
    /// <exception cref="ArgumentException">The detections differ in their number of apertures.</exception>
    public static void WriteAsciiHead(Stream stream, IReadOnlyList<Detection> detections, Wcs? wcs = null,
        double magZeroPoint = 0)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var apertures = Apertures(detections);
        var columns = Columns(wcs, apertures);
        using var writer = new StreamWriter(stream, Encoding.ASCII, leaveOpen: true) { NewLine = "\n" };
        var line = new StringBuilder();
        var number = 1;
        foreach (var column in columns)
        {
            line.Clear().Append(CultureInfo.InvariantCulture, $"# {number,3} {column.Name,-22} {column.Description,-58}");
            if (column.Unit.Length > 0)
                line.Append(CultureInfo.InvariantCulture, $" [{column.Unit}]");
            writer.WriteLine(line);
            number += column.IsVector ? apertures : 1;
        }
        for (var i = 0; i < detections.Count; i++)
        {
            var row = Row(i, detections[i], wcs, magZeroPoint);
            line.Clear();
            foreach (var column in columns)
                for (var element = 0; element < (column.IsVector ? apertures : 1); element++)
                    column.Append(line, column.Value(row, element));
            writer.WriteLine(line);
        }
    }

    /// <summary>Writes a FITS_LDAC catalogue: the frame's header as LDAC_IMHEAD, the rows as LDAC_OBJECTS.</summary>
    /// <param name="stream">Receives the file; it is left open.</param>
    /// <param name="frame">The frame that was measured; its header should hold the plate solution where there is one.</param>
    /// <param name="detections">Rows in this order; all with the same number of apertures.</param>
    /// <param name="wcs">The frame's plate solution; null where there is none.</param>
    /// <param name="magZeroPoint">Magnitude of a flux of 1 in the frame's units.</param>
    /// <exception cref="ArgumentException">The detections differ in their number of apertures.</exception>
    public static void WriteLdac(Stream stream, Frame frame, IReadOnlyList<Detection> detections, Wcs? wcs = null,
        double magZeroPoint = 0)
    {
        ArgumentNullException.ThrowIfNull(frame);
        var apertures = Apertures(detections);
        var writer = new FitsWriter(stream);

        var (cards, count) = ImageHeader(frame);
        var image = FitsColumnData.Of("Field Header Card", [cards]);
        image.Dimensions = [FitsCards.Size, count];
        writer.WriteTable([image], Named("LDAC_IMHEAD"));

        var columns = Columns(wcs, apertures);
        var values = columns.Select(column => new double[detections.Count * (column.IsVector ? apertures : 1)]).ToArray();
        for (var i = 0; i < detections.Count; i++)
        {
            var row = Row(i, detections[i], wcs, magZeroPoint);
            for (var c = 0; c < columns.Length; c++)
                for (int element = 0, n = columns[c].IsVector ? apertures : 1; element < n; element++)
                    values[c][i * n + element] = columns[c].Value(row, element);
        }
        writer.WriteTable([.. columns.Select((column, c) => Stored(column, values[c], column.IsVector ? apertures : 1))],
            Named("LDAC_OBJECTS"));
    }

    static SextractorColumn[] Columns(Wcs? wcs, int apertures) =>
        [.. SextractorColumn.For(wcs is not null).Where(column => apertures > 0 || !column.IsVector)];

    static SextractorRow Row(int i, Detection detection, Wcs? wcs, double zeroPoint) => new(i + 1, detection,
        wcs?.PixelToSky(detection.XIso, detection.YIso) ?? default,
        wcs?.PixelToSky(detection.X, detection.Y) ?? default, zeroPoint);

    static FitsColumnData Stored(SextractorColumn column, double[] values, int perRow)
    {
        var data = column.Kind switch
        {
            'J' => FitsColumnData.Of(column.Name, Array.ConvertAll(values, value => (int)value)),
            'I' => FitsColumnData.Of(column.Name, Array.ConvertAll(values, value => (short)value)),
            'E' => FitsColumnData.Of(column.Name, Array.ConvertAll(values, value => (float)value), perRow),
            _ => FitsColumnData.Of(column.Name, values, perRow),
        };
        data.Unit = column.Unit.Length > 0 ? column.Unit : null;
        return data;
    }

    static int Apertures(IReadOnlyList<Detection> detections)
    {
        ArgumentNullException.ThrowIfNull(detections);
        var apertures = detections.Count == 0 ? 0 : detections[0].FluxAper.Length;
        for (var i = 0; i < detections.Count; i++)
            if (detections[i].FluxAper.Length != apertures || detections[i].FluxAperErr.Length != apertures)
                throw new ArgumentException($"Detection {i} has {detections[i].FluxAper.Length} aperture fluxes and " +
                    $"{detections[i].FluxAperErr.Length} errors, the first has {apertures}. Measure all alike.",
                    nameof(detections));
        return apertures;
    }

    // The cards as they would stand before the frame's pixels; readers look there for the size and the plate solution.
    static (string Cards, int Count) ImageHeader(Frame frame)
    {
        var header = new FitsHeader();
        header.Set("SIMPLE", true, "conforms to the FITS standard");
        header.Set("BITPIX", -32);
        header.Set("NAXIS", 2);
        header.Set("NAXIS1", frame.Width);
        header.Set("NAXIS2", frame.Height);
        foreach (var card in frame.Header)
            if (card.IsCommentary || !header.Contains(card.Keyword) && card.Keyword is not ("XTENSION" or "EXTEND" or "PCOUNT" or
                "GCOUNT" or "BZERO" or "BSCALE" or "BLANK" or "CHECKSUM" or "DATASUM" or "EXTNAME"))
                header.Add(card);
        var lines = new List<byte[]>(header.Count + 1);
        foreach (var card in header)
            FitsCards.Write(card, lines);
        lines.Add(Encoding.ASCII.GetBytes("END".PadRight(FitsCards.Size)));
        var text = new StringBuilder(lines.Count * FitsCards.Size);
        foreach (var line in lines)
            foreach (var letter in line) // an old comment in Latin-1 must not make the file unreadable
                text.Append(letter is >= (byte)' ' and <= (byte)'~' ? (char)letter : '?');
        return (text.ToString(), lines.Count);
    }

    static FitsHeader Named(string name)
    {
        var header = new FitsHeader();
        header.Set("EXTNAME", name);
        return header;
    }
}
