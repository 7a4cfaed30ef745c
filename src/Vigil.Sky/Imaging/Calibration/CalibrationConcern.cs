namespace Vigil.Sky.Imaging;

/// <summary>What there is to say against a calibration.</summary>
public enum CalibrationConcern
{
    /// <summary>The list has no usable star.</summary>
    NoStars,
    /// <summary>The catalogue has no usable star in the field.</summary>
    NoReferenceStars,
    /// <summary>Stars and reference stars do not coincide.</summary>
    NoMatches,
    /// <summary>Too few stars coincide with reference stars.</summary>
    TooFewStars,
    /// <summary>The stars scatter too much in every band.</summary>
    LargeScatter,
    /// <summary>Most stars disagree with each other.</summary>
    MostlyOutliers,
    /// <summary>Many reference stars that should be seen are not.</summary>
    StarsMissing,
    /// <summary>The difference from the reference depends on brightness.</summary>
    Nonlinear,
    /// <summary>A wanted colour or spatial term could not be fitted.</summary>
    TermNotFitted,
    /// <summary>The target is saturated.</summary>
    TargetSaturated,
    /// <summary>The target is nearly as bright as stars that are saturated.</summary>
    TargetNearSaturation,
    /// <summary>The detection of the target has another flaw.</summary>
    TargetFlawed,
    /// <summary>The target is brighter or fainter than all stars that were used.</summary>
    TargetMagnitudeOutside,
    /// <summary>The target is bluer or redder than all stars that were used.</summary>
    TargetColourOutside,
    /// <summary>The target's colour is not known.</summary>
    TargetColourAssumed,
    /// <summary>The target was not seen, and the limit could not be told.</summary>
    NoLimit,
}
