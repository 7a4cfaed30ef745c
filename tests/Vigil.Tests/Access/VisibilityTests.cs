using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Vigil.Access;
using Vigil.Data;
using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.Access;

/// <summary>Who may see what is decided in VigilDb; these tests walk over every entity there is.</summary>
public class VisibilityTests(TestServer server) : IClassFixture<TestServer>
{
    // Open to every user: the sky, the telescopes, and who works here.
    static readonly string[] open =
    [
        "User", "Group", "GroupUser", "Audience", "Telescope", "Instrument", "InstrumentField", "InstrumentLog", "Source",
        "SourceAlias", "PhotStat", "TargetList", "group_streams", "stream_users", "target_list_members",
    ];

    [Fact]
    public void Every_entity_is_filtered_by_viewer_or_named_as_open()
    {
        using var db = server.OpenDb();
        var unfiltered = db.Model.GetEntityTypes()
            .Where(e => e.GetDeclaredQueryFilters().All(f => f.Key != VigilDb.Visible))
            .Select(e => e.DisplayName().Split(' ')[0]);
        Assert.Equal(open.Order(), unfiltered.Order());
    }

    [Fact]
    public void Every_entity_with_an_audience_is_shared_by_it()
    {
        using var db = server.OpenDb();
        var withAudience = db.Model.GetEntityTypes().Where(e => e.FindProperty("AudienceId") is not null).ToList();
        Assert.NotEmpty(withAudience);
        Assert.All(withAudience, e => Assert.True(e.ClrType.IsAssignableTo(typeof(IShared)), e.Name));
    }

    [Fact]
    public async Task A_stranger_sees_no_row_of_any_filtered_entity()
    {
        await PrivateRows.AddAsync(server);
        var stranger = await server.AddUserAsync();
        var viewers = server.Services.GetRequiredService<ViewerStore>();
        var viewer = await viewers.ForUserAsync(stranger.UserId, default);
        await using var mine = server.OpenDb();
        await using var theirs = new VigilDb(server.Database, viewer!, "test", viewers);
        foreach (var entity in mine.Model.GetEntityTypes()
            .Where(e => e.GetDeclaredQueryFilters().Any(f => f.Key == VigilDb.Visible)))
        {
            Assert.True(await CountAsync(mine, entity.ClrType, ignoreFilter: true) > 0,
                $"No row of {entity.ClrType.Name} to hide: add one to PrivateRows.");
            // The stranger's own token and its use are the stranger's to see.
            var own = entity.ClrType == typeof(Token) ? 1 : 0;
            Assert.Equal(own, await CountAsync(theirs, entity.ClrType, ignoreFilter: false));
        }
    }

    static Task<int> CountAsync(VigilDb db, Type entity, bool ignoreFilter) => (Task<int>)typeof(VisibilityTests)
        .GetMethod(nameof(CountRowsAsync), BindingFlags.NonPublic | BindingFlags.Static)!
        .MakeGenericMethod(entity).Invoke(null, [db, ignoreFilter])!;

    static Task<int> CountRowsAsync<T>(VigilDb db, bool ignoreFilter) where T : class =>
        ignoreFilter ? db.Set<T>().IgnoreQueryFilters([VigilDb.Visible]).CountAsync() : db.Set<T>().CountAsync();
}
