using Microsoft.EntityFrameworkCore;
using Npgsql;
using Vigil.Data;
using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.Photometry;

/// <summary>Photometry refers to sources and instruments without foreign keys; the database guards it all the same.</summary>
public class PhotometryReferenceTests(TestServer server) : IClassFixture<TestServer>
{
    static string Insert(int source, int instrument) => $"""
        INSERT INTO photometry (source_key, instrument_id, mjd, band, flux, flux_err, upload_id, audience_id)
            SELECT {source}, {instrument}, 59000 + n, 'ztfr', 1, 1, gen_random_uuid(), 1 FROM generate_series(1, 3) n
        """;

    [Fact]
    public async Task A_point_of_no_source_or_no_instrument_is_refused()
    {
        var (source, instrument) = await AddAsync();
        Assert.Contains("a source that is not there", await RefusalAsync(Insert(-1, instrument)), StringComparison.Ordinal);
        Assert.Contains("an instrument that is not there", await RefusalAsync(Insert(source, -1)), StringComparison.Ordinal);
        await RunAsync(Insert(source, instrument));
        Assert.Contains("a source that is not there",
            await RefusalAsync($"UPDATE photometry SET source_key = -1 WHERE source_key = {source}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_photometry_refers_to_cannot_be_deleted()
    {
        var (source, instrument) = await AddAsync();
        await RunAsync(Insert(source, instrument));
        Assert.Contains("refers to this row of sources", await RefusalAsync($"DELETE FROM sources WHERE key = {source}"),
            StringComparison.Ordinal);
        Assert.Contains("refers to this row of instruments",
            await RefusalAsync($"DELETE FROM instruments WHERE id = {instrument}"), StringComparison.Ordinal);
        await RunAsync($"DELETE FROM photometry WHERE source_key = {source}");
        await RunAsync($"DELETE FROM instruments WHERE id = {instrument}");
        await RunAsync($"DELETE FROM sources WHERE key = {source}");
    }

    [Fact]
    public async Task Of_a_delete_and_an_insert_at_once_one_gives_way()
    {
        var (source, instrument) = await AddAsync();
        await using var deleter = await server.Database.OpenConnectionAsync();
        await using var deletion = await deleter.BeginTransactionAsync();
        await RunAsync(deleter, $"DELETE FROM instruments WHERE id = {instrument}");
        var insert = RefusalAsync(Insert(source, instrument));
        await Task.Delay(200);
        Assert.False(insert.IsCompleted, "The insert must wait for what becomes of the instrument.");
        await deletion.CommitAsync();
        Assert.Contains("an instrument that is not there", await insert, StringComparison.Ordinal);
    }

    async Task<(int Source, int Instrument)> AddAsync()
    {
        var id = await server.AddSourceAsync();
        await using var db = server.OpenDb();
        return ((await db.Sources.SingleAsync(s => s.Id == id)).Key, await server.AddInstrumentAsync());
    }

    async Task<string> RefusalAsync(string sql)
    {
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => RunAsync(sql));
        Assert.Equal(PostgresErrorCodes.ForeignKeyViolation, refusal.SqlState);
        return refusal.MessageText;
    }

    async Task RunAsync(string sql)
    {
        await using var connection = await server.Database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await RunAsync(connection, sql);
        await transaction.CommitAsync();
    }

    static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { Actor.Command(1, "a test"), new(sql) } };
        await batch.ExecuteNonQueryAsync();
    }
}
