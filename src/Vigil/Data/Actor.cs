using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace Vigil.Data;

/// <summary>
/// Tells the database, inside a transaction, who writes and through which call; see the trigger record_history.
/// </summary>
static class Actor
{
    const string Sql = "SELECT set_config('vigil.actor', $1, true), set_config('vigil.via', $2, true)";

    /// <summary>A command to put first into a batch that writes.</summary>
    public static NpgsqlBatchCommand Command(int userId, string via) => new(Sql)
    {
        Parameters = { new() { Value = userId.ToString(null as IFormatProvider) }, new() { Value = via } },
    };

    /// <summary>Sets the actor of an open transaction.</summary>
    public static async Task SetAsync(NpgsqlConnection connection, VigilDb db, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Command(db.Viewer.UserId, db.Via));
        await batch.ExecuteNonQueryAsync(ct);
    }
}

/// <summary>
/// Sets the actor when a transaction of <see cref="VigilDb"/> begins and tells the context when it is committed.
/// </summary>
sealed class WriteInterceptor : DbTransactionInterceptor
{
    /// <inheritdoc/>
    public override async ValueTask<DbTransaction> TransactionStartedAsync(
        DbConnection connection, TransactionEndEventData eventData, DbTransaction result,
        CancellationToken cancellationToken = default)
    {
        await Actor.SetAsync((NpgsqlConnection)connection, (VigilDb)eventData.Context!, cancellationToken);
        return result;
    }

    /// <inheritdoc/>
    public override Task TransactionCommittedAsync(
        DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        ((VigilDb)eventData.Context!).Committed();
        return Task.CompletedTask;
    }
}
