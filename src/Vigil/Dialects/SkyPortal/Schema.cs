namespace Vigil.Dialects.SkyPortal;

/// <summary>The check that SkyPortal's schemas make before anything else, in its words.</summary>
static class Schema
{
    /// <exception cref="BadInput">Fields are unknown or missing; all are named.</exception>
    public static void Check(Fields body, string[] required, string[] optional)
    {
        var reasons = body.Names.Except(required).Except(optional).Select(name => $"'{name}': ['Unknown field.']")
            .Concat(required.Where(name => !body.Has(name)).Select(name => $"'{name}': ['Missing data for required field.']"))
            .Concat(required.Where(name => body.Has(name) && body.Json(name) is null)
                .Select(name => $"'{name}': ['Field may not be null.']"));
        if (string.Join(", ", reasons) is { Length: > 0 } text)
            throw new BadInput($"Invalid/missing parameters: {{{text}}}");
    }
}
