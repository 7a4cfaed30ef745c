namespace Vigil.Sky.LightCurves;

/// <summary>Least squares of a light curve flux = a s(t; p) + b for a, b and p.</summary>
/// <remarks>
/// For given p the best a and b are known, so that only p is searched: variable projection (G. H. Golub and V. Pereyra 1973,
/// SIAM J. Numer. Anal. 10, 413) with the derivative of L. Kaufman 1975, BIT 15, 49, and the steps of D. W. Marquardt 1963,
/// J. SIAM 11, 431. All that a step needs are the scalar products of the columns s, 1, flux and ds/dp, divided by the errors.
/// </remarks>
sealed class SeparableFit<TShape> where TShape : struct, ICurveShape
{
    const int MaxSteps = 200;

    // Of the scalar products.
    const int Shape = 0, Constant = 1, Flux = 2, Slopes = 3;

    readonly TShape shape;
    readonly int count, parameters, columns;
    readonly double offset;
    readonly double[] rows, inverseErr;
    readonly double[] products, gradient, hessian; // of the parameters evaluated last
    readonly double[] gradientHere, hessianHere, damped;

    /// <param name="shape">Made with the times of the points.</param>
    /// <param name="flux">Shape (N).</param>
    /// <param name="fluxErr">1σ errors, positive, shape (N).</param>
    public SeparableFit(TShape shape, ReadOnlySpan<double> flux, ReadOnlySpan<double> fluxErr)
    {
        this.shape = shape;
        (count, parameters) = (flux.Length, shape.Parameters);
        columns = Slopes + parameters;
        (rows, inverseErr) = (new double[columns * count], new double[count]);
        products = new double[columns * columns];
        (gradient, hessian) = (new double[parameters], new double[parameters * parameters]);
        (gradientHere, hessianHere, damped) = (new double[parameters], new double[hessian.Length], new double[hessian.Length]);
        Best = new double[parameters];
        double weight = 0, mean = 0;
        for (var i = 0; i < count; i++)
        {
            inverseErr[i] = 1 / fluxErr[i];
            weight += inverseErr[i] * inverseErr[i];
            mean += inverseErr[i] * inverseErr[i] * flux[i];
        }
        offset = mean / weight; // taken off, so that chi² is not the small difference of large sums
        for (var i = 0; i < count; i++)
            (Row(Constant)[i], Row(Flux)[i]) = (inverseErr[i], (flux[i] - offset) * inverseErr[i]);
    }

    /// <summary>Chi² of the best parameters so far.</summary>
    public double Chi2 { get; private set; } = double.PositiveInfinity;

    /// <summary>The best parameters so far.</summary>
    public double[] Best { get; }

    /// <summary>a, of the best parameters.</summary>
    public double Scale { get; private set; }

    /// <summary>b, of the best parameters.</summary>
    public double Base { get; private set; }

    /// <summary>
    /// Whether a search ended where no step makes chi² smaller by 1e-10 of it and of one, rather than after 200 steps.
    /// </summary>
    public bool Converged { get; private set; }

    /// <summary>Searches from a start, and keeps what is found where it is better than what other starts have found.</summary>
    public void Search(ReadOnlySpan<double> start)
    {
        Span<double> at = stackalloc double[parameters], next = stackalloc double[parameters],
            step = stackalloc double[parameters];
        start.CopyTo(at);
        var (chi2, scale, constant) = Evaluate(at);
        Keep();
        var damping = 1e-3;
        var converged = false;
        for (var i = 0; i < MaxSteps && !converged; i++)
        {
            // Marquardt's: the diagonal is enlarged until chi² decreases.
            hessianHere.CopyTo(damped, 0);
            for (var j = 0; j < parameters; j++)
                damped[j * parameters + j] += damping * hessianHere[j * parameters + j];
            if (Cholesky.TrySolve(damped, gradientHere, step))
            {
                for (var j = 0; j < parameters; j++)
                    next[j] = at[j] + step[j];
                var (nextChi2, nextScale, nextConstant) = Evaluate(next);
                if (nextChi2 <= chi2)
                {
                    converged = chi2 - nextChi2 <= 1e-10 * Math.Max(chi2, 1);
                    next.CopyTo(at);
                    (chi2, scale, constant) = (nextChi2, nextScale, nextConstant);
                    Keep();
                    damping = Math.Max(damping / 10, 1e-12);
                    continue;
                }
            }
            converged = damping > 1e8; // not even a tiny step leads down: rounding
            damping *= 10;
        }
        // Once more as a sum of squares, without the rounding of differences.
        Evaluate(at);
        chi2 = 0;
        for (var i = 0; i < count; i++)
        {
            var residual = Row(Flux)[i] - scale * Row(Shape)[i] - constant * Row(Constant)[i];
            chi2 += residual * residual;
        }
        if (!(chi2 < Chi2))
            return;
        (Chi2, Scale, Base, Converged) = (chi2, scale, constant + offset, converged);
        at.CopyTo(Best);
    }

    /// <summary>
    /// Standard deviations of the best parameters, to first order, all others being free; NaN where there is none.
    /// </summary>
    public double[] Errors()
    {
        Evaluate(Best);
        var errors = new double[parameters];
        Span<double> unit = stackalloc double[parameters], column = stackalloc double[parameters];
        for (var j = 0; j < parameters; j++)
        {
            unit.Clear();
            unit[j] = 1;
            hessian.CopyTo(damped, 0);
            errors[j] = Cholesky.TrySolve(damped, unit, column) ? Math.Sqrt(column[j]) : double.NaN;
        }
        return errors;
    }

    Span<double> Row(int column) => rows.AsSpan(column * count, count);

    double Product(int a, int b) => products[Math.Min(a, b) * columns + Math.Max(a, b)];

    // Chi², a and b at some parameters; leaves the equations for a step from there.
    (double Chi2, double Scale, double Constant) Evaluate(ReadOnlySpan<double> at)
    {
        shape.Evaluate(at, Row(Shape), rows.AsSpan(Slopes * count));
        VectorMath.Multiply(Row(Shape), inverseErr);
        for (var j = 0; j < parameters; j++)
            VectorMath.Multiply(Row(Slopes + j), inverseErr);
        for (var a = 0; a < columns; a++)
            for (var b = a; b < columns; b++)
                products[a * columns + b] = VectorMath.Dot(Row(a), Row(b));

        var (weight, shapeSum, fluxSum) = (Product(Constant, Constant), Product(Constant, Shape), Product(Constant, Flux));
        var shapeSquare = Product(Shape, Shape);
        // With a column eliminated, each product is that of what is left of two columns when they are fitted by it.
        Eliminate(Constant);
        // A shape that is constant over the points, but for rounding, tells nothing about a.
        var varies = Product(Shape, Shape) > 1e-13 * shapeSquare;
        var scale = varies ? Product(Shape, Flux) / Product(Shape, Shape) : 0;
        if (varies)
            Eliminate(Shape);
        for (var j = 0; j < parameters; j++)
        {
            gradient[j] = scale * Product(Slopes + j, Flux);
            for (var k = 0; k < parameters; k++)
                hessian[j * parameters + k] = scale * scale * Product(Slopes + j, Slopes + k);
        }
        return (Product(Flux, Flux), scale, (fluxSum - scale * shapeSum) / weight);
    }

    void Eliminate(int column)
    {
        var pivot = Product(column, column);
        for (var a = 0; a < columns; a++)
            for (var b = a; b < columns; b++)
                if (a != column && b != column)
                    products[a * columns + b] -= Product(a, column) * Product(b, column) / pivot;
    }

    void Keep()
    {
        gradient.CopyTo(gradientHere, 0);
        hessian.CopyTo(hessianHere, 0);
    }
}
