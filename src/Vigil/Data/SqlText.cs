using Npgsql;

namespace Vigil.Data;

/// <summary>
/// Collects the parameters of a statement while its text is put together: each value becomes a place holder, so no text of
/// a user gets into SQL. The same choices give the same text, which PostgreSQL then prepares once.
/// </summary>
sealed class SqlText
{
    readonly NpgsqlBatchCommand command = new();

    /// <summary>The parameters so far.</summary>
    public NpgsqlParameterCollection Parameters => command.Parameters;

    /// <summary>The place holder of a value, such as $3.</summary>
    public string Value<T>(T value)
    {
        Parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
        return $"${Parameters.Count}";
    }

    /// <summary>The statement with the parameters collected.</summary>
    public NpgsqlBatchCommand Command(string sql)
    {
        command.CommandText = sql;
        return command;
    }
}
