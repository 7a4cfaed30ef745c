using System.CommandLine;
using Vigil.Cli;

var root = new RootCommand("Vigil keeps watch on the changing sky: one server for survey teams and networks of small telescopes.")
{
    ServeVerb.Create(),
    DemoVerb.Create(),
    MigrateVerb.Create(),
};
return await root.Parse(args).InvokeAsync();
