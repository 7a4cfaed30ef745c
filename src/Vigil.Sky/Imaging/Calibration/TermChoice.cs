using Vigil.Sky.LightCurves;

namespace Vigil.Sky.Imaging;

/// <summary>Which colour and spatial terms a fit gets: those that are wanted, as far as the stars show them.</summary>
sealed class TermChoice(InstrumentalStar[] stars, BandFitter fitter, CalibrationOptions options,
    List<CalibrationNote> notes)
{
    // Fewer stars do not show a term: five a parameter and some.
    const int MinForColour = 10, MinForLinear = 20, MinForQuadratic = 40;

    // A colour that fewer of the stars have would leave too many out.
    const double MinKnown = 0.75;

    /// <summary>The best band again, with its terms.</summary>
    public BandFit WithTerms(BandFit plain)
    {
        var terms = Wanted(plain);
        var start = plain;
        while (terms.Count > 1)
        {
            var fit = fitter.Fit(plain.Band, terms, start);
            if (fit?.Problem is not null || fit is null)
            {
                // Too few stars have a colour, or the terms cannot be told apart: the less important goes first.
                if (options.SpatialTerm == TermUse.Always || options.ColourTerm == TermUse.Always)
                    notes.Add(new(CalibrationConcern.TermNotFitted, fit?.Problem is { } problem
                        ? $"The wanted terms could not be fitted: {problem.Message}"
                        : "The wanted terms cannot be told apart by these stars."));
                terms = terms.Spatial != SpatialTerm.None ? terms with { Spatial = terms.Spatial - 1 }
                    : terms with { Colour = null };
                continue;
            }
            if (Weakest(fit) is not { } weaker)
                return fit;
            terms = weaker;
        }
        return plain;
    }

    CalibrationTerms Wanted(BandFit plain)
    {
        var terms = default(CalibrationTerms);
        if (options.ColourTerm == TermUse.Always || (options.ColourTerm == TermUse.WhenNeeded && plain.Used >= MinForColour))
        {
            var colours = new double[fitter.Pairs.Count + 1];
            foreach (var colour in options.Colour is { } wanted ? [wanted] : CatalogBands.ColoursFor(plain.Band))
            {
                var known = fitter.Colours(plain, colour, colours);
                if (known == 0 || known < MinKnown * plain.Count)
                    continue;
                terms = terms with { Colour = colour, Pivot = Selection.Median(colours.AsSpan(0, known)) };
                break;
            }
            if (terms.Colour is null && (options.ColourTerm == TermUse.Always || options.Colour is not null))
                notes.Add(new(CalibrationConcern.TermNotFitted, $"No colour term: too few of the reference stars have "
                    + $"{(options.Colour is { } missing ? $"the colour {missing}" : "a colour")}."));
        }
        var form = options.SpatialTerm switch
        {
            TermUse.Never => SpatialTerm.None,
            TermUse.Always => options.SpatialForm,
            _ => (SpatialTerm)Math.Min((int)options.SpatialForm,
                (int)(plain.Used >= MinForQuadratic ? SpatialTerm.Quadratic
                    : plain.Used >= MinForLinear ? SpatialTerm.Linear : SpatialTerm.None)),
        };
        return form == SpatialTerm.None ? terms : WithPlaces(terms, form);
    }

    CalibrationTerms WithPlaces(CalibrationTerms terms, SpatialTerm form)
    {
        double left = double.PositiveInfinity, right = double.NegativeInfinity, low = left, high = right;
        foreach (var i in fitter.Pairs.Star.AsSpan(0, fitter.Pairs.Count))
        {
            ref readonly var star = ref stars[i];
            if (!double.IsFinite(star.X) || !double.IsFinite(star.Y))
                continue;
            (left, right) = (Math.Min(left, star.X), Math.Max(right, star.X));
            (low, high) = (Math.Min(low, star.Y), Math.Max(high, star.Y));
        }
        if (right > left && high > low)
            return terms with
            {
                Spatial = form,
                CentreX = (left + right) / 2,
                HalfX = (right - left) / 2,
                CentreY = (low + high) / 2,
                HalfY = (high - low) / 2,
            };
        if (options.SpatialTerm == TermUse.Always)
            notes.Add(new(CalibrationConcern.TermNotFitted,
                "No spatial term: the list does not tell the stars' places in the frame."));
        return terms;
    }

    // The terms without the one for which there is the least evidence; null where there is enough for all.
    CalibrationTerms? Weakest(BandFit fit)
    {
        var terms = fit.Model!.Terms;
        var (least, weaker) = (0.0, (CalibrationTerms?)null);
        if (terms.Colour is not null && options.ColourTerm == TermUse.WhenNeeded)
            Consider(1, 1, terms with { Colour = null });
        if (terms.Spatial != SpatialTerm.None && options.SpatialTerm == TermUse.WhenNeeded)
        {
            var size = terms.Spatial == SpatialTerm.Quadratic ? 3 : 2;
            Consider(terms.Count - size, size, terms with { Spatial = terms.Spatial - 1 });
        }
        return weaker;

        void Consider(int first, int size, CalibrationTerms without)
        {
            var evidence = ChiSquare(fit.Model, first, size) - size * Math.Log(fit.Used) - BandFitter.StrongEvidence;
            if (evidence < least)
                (least, weaker) = (evidence, without);
        }
    }

    // How far coefficients are from zero: θᵀ C⁻¹ θ (A. Wald's test).
    static double ChiSquare(FitModel model, int first, int size)
    {
        Span<double> matrix = stackalloc double[size * size], theta = stackalloc double[size], solved = stackalloc double[size];
        var all = model.Coefficients.Length;
        for (var p = 0; p < size; p++)
        {
            theta[p] = model.Coefficients[first + p];
            for (var q = 0; q < size; q++)
                matrix[p * size + q] = model.Covariance[(first + p) * all + first + q];
        }
        if (!Cholesky.TrySolve(matrix, theta, solved))
            return 0;
        var sum = 0.0;
        for (var p = 0; p < size; p++)
            sum += theta[p] * solved[p];
        return sum;
    }
}
