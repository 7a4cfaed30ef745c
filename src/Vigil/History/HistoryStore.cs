using Microsoft.EntityFrameworkCore;
using Vigil.Data;

namespace Vigil.History;

/// <summary>Reads what became of a row: all of it for system administrators, one's own changes for everybody else.</summary>
sealed class HistoryStore(VigilDb db)
{
    /// <summary>
    /// Changes of one row, newest first, with who made each (null once the person is gone), and how many there are.
    /// </summary>
    public async Task<(List<(HistoryRecord Change, string? Actor)> Changes, int Total)> OfRowAsync(
        string table, string key, Func<int, int> offset, int limit, CancellationToken ct)
    {
        var changes = db.History.Where(h => h.TableName == table && h.RowKey == key);
        var total = await changes.CountAsync(ct);
        var page = await changes.OrderByDescending(h => h.Id).Skip(offset(total)).Take(limit)
            .Select(h => new
            {
                Change = h, Actor = db.Users.Where(u => u.Id == h.ActorId)
                .Select(u => u.Username).FirstOrDefault()
            })
            .ToListAsync(ct);
        return ([.. page.Select(p => (p.Change, p.Actor))], total);
    }
}
