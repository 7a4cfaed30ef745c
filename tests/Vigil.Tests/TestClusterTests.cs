using Npgsql;
using Vigil.Tests.Infrastructure;

namespace Vigil.Tests;

public class TestClusterTests
{
    [Fact]
    public async Task Copies_do_not_see_each_other()
    {
        var ct = TestContext.Current.CancellationToken;
        var copies = await Task.WhenAll(TestCluster.CloneAsync(), TestCluster.CloneAsync());
        foreach (var copy in copies)
        {
            await using var source = NpgsqlDataSource.Create(copy);
            await using var create = source.CreateCommand("CREATE TABLE mine (x int)"); // Fails where the table exists.
            await create.ExecuteNonQueryAsync(ct);
        }

        await TestCluster.DropAsync(copies[0]);
        await using var gone = NpgsqlDataSource.Create(copies[0]);
        var error = await Assert.ThrowsAsync<PostgresException>(async () => await gone.OpenConnectionAsync(ct));
        Assert.Equal(PostgresErrorCodes.InvalidCatalogName, error.SqlState);
        await TestCluster.DropAsync(copies[1]);
    }
}
