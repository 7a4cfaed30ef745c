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
            ON {Within(s, first)}
        """;

    // Exact at all separations up to near the antipode, where sin² is flat; R. W. Sinnott 1984, Sky & Telescope 68, 158.
    static string Within(string s, int first) =>
        $"power(sind(({s}.dec - ${first + 3}) / 2), 2) + cosd({s}.dec) * cosd(${first + 3}) * power(sind(({s}.ra - ${first + 2}) / 2), 2)"
        + $" <= power(sind(${first + 4} / 2), 2)";

    /// <summary>Adds the five parameters of a cone.</summary>
    public static void AddTo(NpgsqlParameterCollection parameters, Cone cone)
    {
        // Each range is a descent into the index, so few of them where a few rows are to be left out, at worst.
        var ranges = cone.Ranges(cone.Radius < 0.1 ? 4 : 8);
        var (firsts, lasts) = (new long[ranges.Length], new long[ranges.Length]);
        for (var i = 0; i < ranges.Length; i++)
            (firsts[i], lasts[i]) = (ranges[i].First, ranges[i].Last);
        parameters.Add(new NpgsqlParameter<long[]> { TypedValue = firsts, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint });
        parameters.Add(new NpgsqlParameter<long[]> { TypedValue = lasts, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint });
        parameters.Add(new NpgsqlParameter<double> { TypedValue = cone.Ra });
        parameters.Add(new NpgsqlParameter<double> { TypedValue = cone.Dec });
        parameters.Add(new NpgsqlParameter<double> { TypedValue = cone.Radius });
    }
}
