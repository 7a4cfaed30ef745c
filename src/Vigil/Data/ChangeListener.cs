using Npgsql;
using Vigil.Access;

namespace Vigil.Data;

/// <summary>Hears from the database what other processes changed, and forgets what this one had remembered of it.</summary>
sealed partial class ChangeListener(
    NpgsqlDataSource database, ViewerStore viewers, AudienceCatalog audiences, ILogger<ChangeListener> log) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await database.OpenConnectionAsync(stoppingToken);
                connection.Notification += (_, e) => Heard(e.Channel);
                await using (var listen = new NpgsqlCommand("LISTEN vigil_access; LISTEN vigil_audience", connection))
                    await listen.ExecuteNonQueryAsync(stoppingToken);
                // Whatever was announced while nobody listened.
                await ForgetAsync(stoppingToken);
                while (true)
                    await connection.WaitAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Whatever it was: the process would stop with this service, and rights must not be remembered for good.
                Lost(log, e);
                await Task.Delay(TimeSpan.FromSeconds(1), stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    void Heard(string channel)
    {
        if (channel == "vigil_access")
            viewers.Forget();
        else
            _ = RefreshAsync();
    }

    async Task RefreshAsync()
    {
        try
        {
            await audiences.RefreshAsync(CancellationToken.None);
        }
        catch (NpgsqlException e)
        {
            Lost(log, e);
        }
    }

    async Task ForgetAsync(CancellationToken ct)
    {
        await audiences.RefreshAsync(ct);
        viewers.Forget();
    }

    [LoggerMessage(LogLevel.Warning, "The listener of database changes lost its connection and will connect again.")]
    static partial void Lost(ILogger log, Exception reason);
}
