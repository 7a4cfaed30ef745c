using System.Globalization;
using Vigil.Access;
using Vigil.Sources;
using Vigil.Telescopes;

namespace Vigil.Spectra;

/// <summary>One spectrum, its arrays in the row.</summary>
sealed class Spectrum : IShared
{
    /// <summary>Most wavelengths.</summary>
    public const int MostPoints = 500_000;

    /// <summary>What light it is: that of the source, of its host, or of the middle of its host.</summary>
    public static readonly string[] Types = ["source", "host", "host_center"];

    /// <summary>Units of the flux.</summary>
    public static readonly string[] AllUnits = ["Jy", "AB", "erg/s/cm/cm/AA"];

    public int Id { get; set; }
    public int SourceKey { get; set; }
    public Source? Source { get; set; }
    public int InstrumentId { get; set; }
    public Instrument? Instrument { get; set; }
    /// <summary>Å, one per flux.</summary>
    public required double[] Wavelengths { get; set; }
    /// <summary>In <see cref="Units"/>.</summary>
    public required double[] Fluxes { get; set; }
    public double[]? Errors { get; set; }
    /// <summary>One of <see cref="AllUnits"/>.</summary>
    public string? Units { get; set; }
    public DateTimeOffset ObservedAt { get; set; }
    public string? Origin { get; set; }
    /// <summary>One of <see cref="Types"/>.</summary>
    public string Type { get; set; } = "source";
    public string? Label { get; set; }
    public int? FollowupRequestId { get; set; }
    public int? AssignmentId { get; set; }
    /// <summary>JSON text.</summary>
    public string? Altdata { get; set; }
    public string? OriginalFileString { get; set; }
    public string? OriginalFileFilename { get; set; }
    public int? OwnerId { get; set; }
    public User? Owner { get; set; }
    public int AudienceId { get; set; }
    public List<int> ReducerIds { get; set; } = [];
    public List<int> ObserverIds { get; set; } = [];
    public string? ExternalReducer { get; set; }
    public string? ExternalObserver { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset Modified { get; set; }

    /// <exception cref="BadInput">
    /// The arrays differ in length or are empty, or a value is none that a spectrum can have.
    /// </exception>
    public void Check()
    {
        if (Wavelengths.Length != Fluxes.Length)
            throw new BadInput($"wavelengths and fluxes must have one length, got {Wavelengths.Length} and {Fluxes.Length}.",
                "fluxes");
        if (Errors is not null && Errors.Length != Fluxes.Length)
            throw new BadInput($"errors and fluxes must have one length, got {Errors.Length} and {Fluxes.Length}.", "errors");
        if (Wavelengths.Length is 0 or > MostPoints)
            throw new BadInput($"wavelengths must have 1 to {MostPoints} values, got {Wavelengths.Length}.", "wavelengths");
        RequireFinite("wavelengths", Wavelengths, least: double.Epsilon);
        RequireFinite("fluxes", Fluxes, least: double.MinValue);
        RequireFinite("errors", Errors ?? [], least: 0);
        if (!Types.Contains(Type))
            throw new BadInput($"Invalid / missing parameters; {{'type': ['Must be one of: {string.Join(", ", Types)}.']}}, "
                + $"got '{Type}'.", "type");
        if (Units is not null && !AllUnits.Contains(Units))
            throw new BadInput($"Invalid / missing parameters; {{'units': ['Must be one of: {string.Join(", ", AllUnits)}.']}}, "
                + $"got '{Units}'.", "units");
        if (ExternalReducer is not null && ReducerIds.Count == 0)
            throw new BadInput("external_reducer needs a point of contact: name a user of this site in reduced_by.",
                "reduced_by");
        if (ExternalObserver is not null && ObserverIds.Count == 0)
            throw new BadInput("external_observer needs a point of contact: name a user of this site in observed_by.",
                "observed_by");
    }

    /// <summary>Divides the fluxes and their errors by the median of |flux|; does nothing where that is zero.</summary>
    public void NormalizeByMedian()
    {
        double[] sorted = [.. Fluxes.Select(Math.Abs).Order()];
        var median = (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        if (median == 0)
            return;
        Fluxes = [.. Fluxes.Select(f => f / median)];
        Errors = Errors?.Select(e => e / median).ToArray();
    }

    static void RequireFinite(string name, double[] values, double least)
    {
        var wrong = Array.FindIndex(values, v => !double.IsFinite(v) || v < least);
        if (wrong >= 0)
            throw new BadInput(string.Create(CultureInfo.InvariantCulture, $"{name}[{wrong}] must be a finite number"
                + $"{(least < 0 ? "" : least > 0 ? " above 0" : ", 0 or more")}, got {values[wrong]}."), name);
    }
}
