using Microsoft.EntityFrameworkCore;
using Vigil.Data;

namespace Vigil.Photometry;

/// <summary>Receipts of uploads: one's own, and every one for administrators.</summary>
sealed class UploadStore(VigilDb db)
{
    /// <summary>Receipts, the latest first, and how many there are.</summary>
    public async Task<(int Total, List<Upload> Uploads)> ListAsync(Func<int, int> offset, int count, CancellationToken ct)
    {
        var own = db.Uploads.AsNoTracking();
        var total = await own.CountAsync(ct);
        return (total, await own.OrderByDescending(u => u.CreatedAt).ThenBy(u => u.Id).Skip(offset(total))
            .Take(count).ToListAsync(ct));
    }

    /// <summary>One receipt, or null.</summary>
    public Task<Upload?> FindAsync(Guid id, CancellationToken ct) =>
        db.Uploads.AsNoTracking().FirstOrDefaultAsync(u => u.Id == id, ct);
}
