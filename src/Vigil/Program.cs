using System.CommandLine;
using Vigil.Cli;

var root = new RootCommand("Vigil keeps watch on the changing sky: one server for survey teams and networks of small telescopes.")
{
    ServeVerb.Create(),
    DemoVerb.Create(),
    MigrateVerb.Create(),
    FrameVerb.Create(),
    CatalogVerb.Create(),
};
// Ctrl-C gives PostgreSQL time to write what it holds.
return await root.Parse(args).InvokeAsync(new() { ProcessTerminationTimeout = TimeSpan.FromMinutes(2) });
