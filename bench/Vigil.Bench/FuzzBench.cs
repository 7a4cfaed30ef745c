using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using Vigil.Sky.Fits;

namespace Vigil.Bench;

/// <summary>
/// Does every broken FITS file end in a typed error, in time and in bounds of memory? A million files, each a small file of
/// tests/data/sky/fits that was damaged in one to eight places; the seed is fixed, so a run repeats the one before.
/// </summary>
static class FuzzBench
{
    const int Inputs = 1_000_000;
    const double MostSeconds = 1;
    const double MostMegabytes = 256;

    static readonly string[] Values =
    [
        "0", "-1", "1", "2", "3", "7", "8", "16", "255", "999", "1000", "2880", "65536", "2147483647", "-2147483648",
        "4294967296",
        "9223372036854775807", "99999999999999999999", "1E308", "1E999", "NaN", "T", "F", "''", "'", "'1D'", "'0D'",
        "'999999999D'", "'1PD(5)'",
        "'1QJ'", "'8A'", "'1X'", "'1C'", "'(2,3)'", "'(-1)'", "'RICE_1'", "'GZIP_1'", "'GZIP_2'", "'PLIO_1'", "'HCOMPRESS_1'",
        "'SUBTRACTIVE_DITHER_2'", "'IMAGE'", "'TABLE'", "'BINTABLE'", "'RA---TPV'", "'DEC--TPV'", "'RA---TAN-SIP'", "'DEC--CAR'",
    ];

    public static Task<IReadOnlyList<Measurement>> RunAsync(CancellationToken ct)
    {
        var seeds = Seeds();
        var sync = new Lock();
        var (slowest, largest, broken, done) = (0.0, 0L, 0, 0);
        Parallel.For(0, Inputs,
            new ParallelOptions { CancellationToken = ct, MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
        {
            var random = new Random(i);
            var file = Damaged(seeds, random);
            var (clock, before) = (Stopwatch.StartNew(), GC.GetAllocatedBytesForCurrentThread());
            bool isGood;
            try
            {
                isGood = FitsExercise.ReadAll(file, canSeek: (i & 1) == 0);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Input {i} ends in {e.GetType().Name}, which is no FitsException.", e);
            }
            var (seconds, bytes) = (clock.Elapsed.TotalSeconds, GC.GetAllocatedBytesForCurrentThread() - before);
            if (seconds > MostSeconds || bytes > MostMegabytes * 1e6)
                throw new InvalidOperationException($"Input {i} took {seconds:F2} s and {bytes / 1e6:F0} MB.");
            lock (sync)
            {
                (slowest, largest) = (Math.Max(slowest, seconds), Math.Max(largest, bytes));
                broken += isGood ? 0 : 1;
                if (++done % 100_000 == 0)
                    Console.Error.WriteLine(
                        $"{done} inputs, {broken} ended in FitsException; slowest {slowest:F3} s, largest {largest / 1e6:F1} MB");
            }
        });
        return Task.FromResult<IReadOnlyList<Measurement>>(
        [
            Measurement.More("fuzz.inputs_without_a_fault", done, "files", "what was asked for", Inputs, 1),
            Measurement.Less("fuzz.slowest_input", slowest, "s", "the bound", MostSeconds, 1),
            Measurement.Less("fuzz.largest_input", largest / 1e6, "MB", "the bound", MostMegabytes, 1),
        ]);
    }

    // Every extension of the test files with a primary header before it, the files in gzip as they are, and images with
    // coordinates.
    static byte[][] Seeds()
    {
        var seeds = new List<byte[]>();
        foreach (var path in Directory.GetFiles(Path.Combine(Peer.Root(), "tests", "data", "sky", "fits"), "*.fits.gz")
            .Order(StringComparer.Ordinal))
        {
            var packed = File.ReadAllBytes(path);
            if (packed.Length < 4096)
                seeds.Add(packed);
            using var bytes = new MemoryStream();
            using (var gzip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress))
                gzip.CopyTo(bytes);
            var file = bytes.ToArray();
            var starts = Enumerable.Range(0, file.Length / 2880).Select(block => block * 2880)
                .Where(at => file.AsSpan(at).StartsWith("SIMPLE  ="u8) || file.AsSpan(at).StartsWith("XTENSION="u8))
                    .Append(file.Length).ToArray();
            for (var i = 0; i + 1 < starts.Length; i++)
                seeds.Add(i == 0 ? file[..starts[1]] : [.. file[..starts[1]], .. file[starts[i]..starts[i + 1]]]);
        }
        seeds.Add(WithCoordinates("RA---TAN-SIP", "DEC--TAN-SIP", ("A_ORDER", 2), ("B_ORDER", 2), ("A_0_2", 1e-6),
            ("B_1_1", 2e-6)));
        seeds.Add(WithCoordinates("RA---TPV", "DEC--TPV", ("PV1_0", 1e-3), ("PV1_1", 1.01), ("PV1_11", 0.01), ("PV2_4", 0.02)));
        seeds.Add(WithCoordinates("GLON-CAR", "GLAT-CAR", ("LONPOLE", 30), ("LATPOLE", 60)));
        return [.. seeds];
    }

    static byte[] WithCoordinates(string ctype1, string ctype2, params (string Keyword, double Value)[] more)
    {
        var header = new FitsHeader();
        header.Set("CTYPE1", ctype1);
        header.Set("CTYPE2", ctype2);
        foreach (var (keyword, value) in ((string, double)[])
            [("CRVAL1", 10), ("CRVAL2", 20), ("CRPIX1", 2), ("CRPIX2", 1), ("CDELT1", -0.01), ("CDELT2", 0.01), .. more])
            header.Set(keyword, value);
        using var stream = new MemoryStream();
        new FitsWriter(stream).WriteImage<float>([1, 2, 3, 4, 5, 6], [3, 2], header);
        return stream.ToArray();
    }

    static byte[] Damaged(byte[][] seeds, Random random)
    {
        var file = (byte[])seeds[random.Next(seeds.Length)].Clone();
        for (var times = random.Next(1, 9); times > 0 && file.Length > 160; times--)
            switch (random.Next(10))
            {
                case 0:
                    file[random.Next(file.Length)] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    file[random.Next(file.Length)] = (byte)random.Next(256);
                    break;
                case 2: // another value in a card
                case 3:
                    Encoding.ASCII.GetBytes(Values[random.Next(Values.Length)].PadLeft(20)).AsSpan(0, 20)
                        .CopyTo(file.AsSpan(Card(10)));
                    break;
                case 4: // another digit
                    file[Card(29)] = (byte)('0' + random.Next(10));
                    break;
                case 5: // two cards change places
                    var (a, b) = (Card(0), Card(0));
                    var card = file[a..(a + 80)];
                    file.AsSpan(b, 80).CopyTo(file.AsSpan(a));
                    card.CopyTo(file, b);
                    break;
                case 6: // one card replaces another
                    file.AsSpan(Card(0), 80).ToArray().CopyTo(file, Card(0));
                    break;
                case 7: // the file ends early
                    if (random.Next(4) == 0)
                        file = file[..random.Next(file.Length)];
                    break;
                case 8: // a number in the data
                    BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(random.Next(file.Length - 4)),
                        random.Next() >> random.Next(31));
                    break;
                default: // a piece of another file
                    var other = seeds[random.Next(seeds.Length)];
                    var length = Math.Min(random.Next(1, 200), other.Length);
                    var from = random.Next(other.Length - length + 1);
                    var to = random.Next(file.Length);
                    other.AsSpan(from, Math.Min(length, file.Length - to)).CopyTo(file.AsSpan(to));
                    break;
            }
        return file;

        // Offset of a column in one of the first cards of a header.
        int Card(int column)
        {
            var cards = file.Length / 80;
            var block = random.Next(4) == 0 ? 0 : 36 * random.Next(1, 3);
            return 80 * Math.Min(block + random.Next(36), cards - 1) + column;
        }
    }
}
