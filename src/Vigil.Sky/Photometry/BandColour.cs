namespace Vigil.Sky.Photometry;

/// <summary>Colours of the spectrum, dark enough to be read on white and bright enough for black.</summary>
static class BandColour
{
    // Angstrom and red, green, blue. Beyond the visible: X-rays grey, ultraviolet violet, infrared brown to mauve.
    static readonly (double Wavelength, int Red, int Green, int Blue)[] Anchors =
    [
        (100, 112, 112, 120), (2000, 176, 64, 224), (3600, 112, 80, 232), (4400, 40, 120, 216), (4800, 32, 160, 88),
        (5500, 128, 168, 32), (6300, 220, 48, 48), (7600, 208, 112, 32), (9000, 160, 96, 64), (12500, 168, 88, 120),
        (22000, 136, 96, 136), (250000, 120, 112, 128),
    ];

    public static string At(double wavelength)
    {
        var i = 1;
        while (i < Anchors.Length - 1 && Anchors[i].Wavelength < wavelength)
            i++;
        var (low, high) = (Anchors[i - 1], Anchors[i]);
        var fraction = Math.Clamp(Math.Log(wavelength / low.Wavelength) / Math.Log(high.Wavelength / low.Wavelength), 0, 1);
        return $"#{Mix(low.Red, high.Red):x2}{Mix(low.Green, high.Green):x2}{Mix(low.Blue, high.Blue):x2}";

        int Mix(int from, int to) => (int)Math.Round(from + fraction * (to - from));
    }
}
