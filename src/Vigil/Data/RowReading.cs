using Npgsql;

namespace Vigil.Data;

/// <summary>Columns that may be null, by number.</summary>
static class RowReading
{
    public static string? Text(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static double? Number(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetDouble(column);

    public static int? Int(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt32(column);

    /// <summary>A time that is not null, UTC.</summary>
    public static DateTimeOffset Date(this NpgsqlDataReader row, int column) => row.GetFieldValue<DateTimeOffset>(column);
}
