using Npgsql;
using NpgsqlTypes;
using Vigil.Sky;

namespace Vigil.Sources;

/// <summary>
/// A cone in SQL: a few ranges of the HEALPix index find what may lie in it, the haversine formula keeps what does.
/// Takes five parameters from a given number on: first and last indices of the ranges, ra, dec and radius in degrees.
/// </summary>
static class ConeSql
{
    /// <summary>
    /// The FROM clause that yields key, ra and dec of the sources of a cone under the name <paramref name="s"/>, and no
    /// others; the index sources_cone holds all three. A source that was deleted is among them: join sources to tell.
    /// </summary>
    /// <param name="s">Name for the rows.</param>
    /// <param name="first">Number of the first of the five parameters.</param>
    // OFFSET 0 keeps the planner from turning the search inside out: it would scan the whole table for the exact condition,
    // since it cannot know how narrow the ranges are.
    public static string From(string s, int first) => $"""
        unnest(${first}, ${first + 1}) AS range (first, last)
            JOIN LATERAL (SELECT key, ra, dec FROM sources WHERE healpix BETWEEN range.first AND range.last OFFSET 0) {s}
            ON {Within(s, $"${first + 2}", $"${first + 3}", $"${first + 4}")}
        """;

    /// <summary>The condition that a row with ra and dec lies within a radius of a position; SQL for each, in degrees.</summary>
    /// <remarks>
    /// Exact at all separations up to near the antipode, where sin² is flat; R. W. Sinnott 1984, Sky &amp; Telescope 68, 158.
    /// </remarks>
    public static string Within(string s, string ra, string dec, string radius) =>
        $"power(sind(({s}.dec - {dec}) / 2), 2) + cosd({s}.dec) * cosd({dec}) * power(sind(({s}.ra - {ra}) / 2), 2)"
        + $" <= power(sind({radius} / 2), 2)";

    /// <summary>Adds the five parameters of a cone.</summary>
    public static void AddTo(NpgsqlParameterCollection parameters, Cone cone)
    {
        // Each range is a descent into the index, so few of them where a few rows are to be left out, at worst.
        var ranges = cone.Ranges(cone.Radius < 0.1 ? 4 : 8);
        var (firsts, lasts) = (new long[ranges.Length], new long[ranges.Length]);
        for (var i = 0; i < ranges.Length; i++)
            (firsts[i], lasts[i]) = (ranges[i].First, ranges[i].Last);
        parameters.Add(new NpgsqlParameter<long[]>
        {
            TypedValue = firsts,
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint
        });
        parameters.Add(new NpgsqlParameter<long[]>
        {
            TypedValue = lasts,
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint
        });
        parameters.Add(new NpgsqlParameter<double> { TypedValue = cone.Ra });
        parameters.Add(new NpgsqlParameter<double> { TypedValue = cone.Dec });
        parameters.Add(new NpgsqlParameter<double> { TypedValue = cone.Radius });
    }
}
