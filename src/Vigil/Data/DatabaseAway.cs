using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Vigil.Data;

/// <summary>Failures that pass by themselves: PostgreSQL restarts, cannot be reached, or has no connection left.</summary>
static class DatabaseAway
{
    /// <summary>
    /// Whether the same request may well succeed in a moment; a change has not been made, or was cut off unanswered.
    /// </summary>
    public static bool Caused(Exception error) => error switch
    {
        PostgresException { SqlState: PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown } => true,
        NpgsqlException e => e.IsTransient,
        // So Entity Framework wraps them.
        InvalidOperationException { InnerException: { } inner } => Caused(inner),
        DbUpdateException { InnerException: { } inner } => Caused(inner),
        _ => false,
    };
}
