namespace Vigil.Sky.Fits;

/// <summary>How the sky is laid on a plane: the three letters after the dash of CTYPEn.</summary>
public enum WcsProjection
{
    /// <summary>Gnomonic: rays through the sphere's centre. One hemisphere.</summary>
    Tan,

    /// <summary>Orthographic, with the slant of PVi_1 and PVi_2 if there is one (synthesis arrays). One hemisphere.</summary>
    Sin,

    /// <summary>Zenithal equidistant. The whole sky.</summary>
    Arc,

    /// <summary>Zenithal equal-area. The whole sky.</summary>
    Zea,

    /// <summary>Plate carrée: longitude and latitude as they are. The whole sky.</summary>
    Car,

    /// <summary>Mollweide: equal areas in an ellipse. The whole sky.</summary>
    Mol,
}
