using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.Operation;

public class OperationTests(TestServer server) : IClassFixture<TestServer>
{
    [Theory]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    public async Task A_running_server_is_healthy_and_ready(string path) => (await server.Stranger.GetAsync(path)).Ok();

    [Fact]
    public async Task Metrics_count_requests()
    {
        (await server.Stranger.GetAsync("/api/sysinfo")).Ok();
        var text = (await server.Stranger.GetAsync("/metrics")).Ok().Text;
        Assert.Contains("http_server_request_duration_seconds_count{", text, StringComparison.Ordinal);
        Assert.Matches("(?m)^# TYPE db_client_\\w+ ", text);
        Assert.All(text.Split('\n').Where(line => line.Length > 0 && line[0] != '#'),
            line => Assert.Matches(@"^[a-zA-Z_]\w*(\{.*\})? -?[0-9.eE+NaInf-]+$", line));
    }
}
