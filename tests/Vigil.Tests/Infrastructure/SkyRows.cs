using Vigil.Sources;
using Vigil.Telescopes;

namespace Vigil.Tests.Infrastructure;

/// <summary>Sources and instruments to hang measurements on.</summary>
static class SkyRows
{
    /// <summary>Adds a source with a name of its own and returns that.</summary>
    public static async Task<string> AddSourceAsync(this TestServer server, double ra = 10, double dec = 10)
    {
        await using var db = server.OpenDb();
        var source = new Source { Id = $"source-{Guid.NewGuid():N}"[..16] };
        source.MoveTo(ra, dec);
        db.Add(source);
        await db.SaveChangesAsync();
        return source.Id;
    }

    /// <summary>Adds a camera, with a telescope, and returns its id.</summary>
    public static async Task<int> AddInstrumentAsync(this TestServer server, params string[] filters)
    {
        await using var db = server.OpenDb();
        var mark = Guid.NewGuid().ToString("N")[..8];
        var instrument = new Instrument
        {
            Name = $"camera {mark}", Type = "imager", Filters = [.. filters],
            Telescope = new Telescope { Name = $"telescope {mark}", Nickname = mark, Diameter = 1 },
        };
        db.Add(instrument);
        await db.SaveChangesAsync();
        return instrument.Id;
    }

    /// <summary>Adds a group and returns its id.</summary>
    public static async Task<int> AddGroupAsync(this TestServer server)
    {
        await using var db = server.OpenDb();
        var group = new Vigil.Access.Group { Name = $"group {Guid.NewGuid():N}"[..14] };
        db.Add(group);
        await db.SaveChangesAsync();
        return group.Id;
    }
}
