using System.Net.Sockets;
using Npgsql;

namespace Vigil.Data;

/// <summary>A PostgreSQL that the operator runs, in place of the private one.</summary>
static class ExternalPostgres
{
    /// <summary>The oldest supported version, as in PostgreSQL's server_version_num.</summary>
    const int OldestVersion = 150000;

    /// <summary>Connects once and looks whether Vigil can live there.</summary>
    /// <exception cref="StartupError">It cannot; the message says why and what to do.</exception>
    public static async Task CheckAsync(string connectionString, CancellationToken ct)
    {
        var settings = Parse(connectionString);
        var where = $"PostgreSQL at {settings.Host}:{settings.Port}";
        settings.Pooling = false;
        try
        {
            await using var connection = new NpgsqlConnection(settings.ConnectionString);
            await connection.OpenAsync(ct);
            await using var command = new NpgsqlCommand("""
                SELECT current_setting('server_version_num')::int, current_setting('server_version'),
                       current_setting('server_encoding'), pg_is_in_recovery(),
                       has_schema_privilege(current_schema(), 'CREATE')
                """, connection);
            await using var reader = await command.ExecuteReaderAsync(ct);
            await reader.ReadAsync(ct);
            RequireVersion(where, reader.GetInt32(0), reader.GetString(1));
            if (reader.GetString(2) is not "UTF8" and var encoding)
                throw new StartupError($"The database '{settings.Database}' is encoded in {encoding}. Create one "
                    + $"with ENCODING 'UTF8'.");
            if (reader.GetBoolean(3))
                throw new StartupError($"{where} is a read-only standby. Give the primary server's address.");
            if (reader.IsDBNull(4) || !reader.GetBoolean(4))
                throw new StartupError($"User '{settings.Username}' may not create tables in the database '{settings.Database}'. "
                    + $"Run there: ALTER DATABASE \"{settings.Database}\" OWNER TO \"{settings.Username}\"");
        }
        catch (PostgresException e)
        {
            throw new StartupError(e.SqlState switch
            {
                PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
                    $"{where} refuses user '{settings.Username}' ({e.MessageText}). Check Username and Password.",
                PostgresErrorCodes.InvalidCatalogName =>
                    $"{where} has no database '{settings.Database}'. Create it: "
                    + $"CREATE DATABASE \"{settings.Database}\" OWNER \"{settings.Username}\" ENCODING 'UTF8' TEMPLATE template0",
                _ => $"{where} answers: {e.MessageText} (SQLSTATE {e.SqlState}).",
            }, e);
        }
        catch (Exception e) when (e is NpgsqlException or SocketException or TimeoutException)
        {
            throw new StartupError($"{where} cannot be reached: {(e.InnerException ?? e).Message}. "
                + "Check Host and Port, and that it runs.", e);
        }
    }

    /// <param name="where">Which server, for the message.</param>
    /// <param name="number">PostgreSQL's server_version_num: 150004 is 15.4.</param>
    /// <param name="name">The same for people.</param>
    internal static void RequireVersion(string where, int number, string name)
    {
        if (number < OldestVersion)
            throw new StartupError($"{where} is version {name}. Vigil needs {OldestVersion / 10000} or newer.");
    }

    static NpgsqlConnectionStringBuilder Parse(string connectionString)
    {
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(connectionString);
            foreach (var (value, name) in new[] { (settings.Host, "Host"), (settings.Database, "Database"),
                (settings.Username, "Username") })
                if (string.IsNullOrEmpty(value))
                    throw new ArgumentException($"{name} is missing.");
            return settings;
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            // The text itself may hold a password and is not repeated.
            throw new StartupError($"The connection string of the database is malformed: {e.Message} It looks like "
                + "Host=db.example.org;Port=5432;Database=vigil;Username=vigil;Password=...", e);
        }
    }
}
