namespace Vigil.Sky.LightCurves;

/// <summary>The shape s(t; p) of a light curve flux = a s(t; p) + b, by parameters p.</summary>
interface ICurveShape
{
    /// <summary>Number of parameters, P.</summary>
    int Parameters { get; }

    /// <summary>Values and derivatives at the times it was made with.</summary>
    /// <param name="parameters">p, shape (P).</param>
    /// <param name="shape">Receives s, shape (N).</param>
    /// <param name="slopes">Receives ds/dp, shape (P, N).</param>
    void Evaluate(ReadOnlySpan<double> parameters, Span<double> shape, Span<double> slopes);
}
