namespace Vigil.Operation;

/// <summary>
/// Gives every request an id, the caller's own where the header Correlation-ID brings one: it is in the answer and in every
/// line that is logged meanwhile.
/// </summary>
sealed class CorrelationId(RequestDelegate next, ILogger<CorrelationId> log)
{
    const string Header = "Correlation-ID";
    const int Longest = 64;

    public async Task InvokeAsync(HttpContext context)
    {
        var given = context.Request.Headers[Header].ToString();
        var id = given.Length is > 0 and <= Longest && given.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
            ? given : Guid.NewGuid().ToString("N");
        context.TraceIdentifier = id;
        context.Response.Headers[Header] = id;
        using (log.BeginScope("{CorrelationId}", id))
            await next(context);
    }
}
