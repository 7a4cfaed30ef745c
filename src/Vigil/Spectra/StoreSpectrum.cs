using Microsoft.EntityFrameworkCore;
using Vigil.Access;
using Vigil.Data;
using Vigil.Sources;

namespace Vigil.Spectra;

/// <summary>Stores, changes and deletes spectra. Their owners alone change and delete them.</summary>
sealed class StoreSpectrum(VigilDb db, Viewer viewer, ShareWith share)
{
    /// <summary>Stores a spectrum of the viewer, who shares it with the given groups.</summary>
    /// <param name="groupIds">Groups of the viewer; the viewer's own is added.</param>
    /// <returns>Its id.</returns>
    public async Task<int> AddAsync(Spectrum spectrum, string sourceId, int[] groupIds, CancellationToken ct)
    {
        await PlaceAsync(spectrum, sourceId, ct);
        await CheckAsync(spectrum, ct);
        spectrum.OwnerId = viewer.UserId;
        spectrum.AudienceId = await share.GroupsAsync(groupIds, ct);
        db.Spectra.Add(spectrum);
        await SaveAsync(spectrum.SourceKey, ct);
        return spectrum.Id;
    }

    /// <summary>Changes a spectrum.</summary>
    /// <param name="sourceId">The source it is of; null: as before.</param>
    /// <param name="groupIds">Groups that are to see it, too.</param>
    public async Task ChangeAsync(int id, string? sourceId, Action<Spectrum> change, int[] groupIds, CancellationToken ct)
    {
        var spectrum = await OwnAsync(id, ct);
        var before = spectrum.SourceKey;
        change(spectrum);
        if (sourceId is not null)
            await PlaceAsync(spectrum, sourceId, ct);
        await CheckAsync(spectrum, ct);
        spectrum.AudienceId = await share.WidenAsync(spectrum.AudienceId, groupIds, ct);
        await SaveAsync(spectrum.SourceKey, ct, before);
    }

    public async Task DeleteAsync(int id, CancellationToken ct)
    {
        var spectrum = await OwnAsync(id, ct);
        db.Spectra.Remove(spectrum);
        await SaveAsync(spectrum.SourceKey, ct);
    }

    /// <summary>The answer where a spectrum is not there or not for the viewer: the two read the same.</summary>
    public static Forbidden Hidden(int id) => new($"Could not access spectrum {id}.");

    async Task<Spectrum> OwnAsync(int id, CancellationToken ct)
    {
        var spectrum = await db.Spectra.AsTracking().FirstOrDefaultAsync(s => s.Id == id, ct) ?? throw Hidden(id);
        return spectrum.OwnerId == viewer.UserId || viewer.SeesAll ? spectrum
            : throw new Forbidden($"Insufficient permissions: only its owner changes or deletes spectrum {id}.");
    }

    async Task PlaceAsync(Spectrum spectrum, string sourceId, CancellationToken ct) =>
        spectrum.SourceKey = (await db.Sources.FirstOrDefaultAsync(s => s.Id == sourceId, ct)
            ?? throw new NotFound($"Failed to post spectrum: Cannot find source with ID: {sourceId}")).Key;

    async Task CheckAsync(Spectrum spectrum, CancellationToken ct)
    {
        spectrum.Check();
        if (!await db.Instruments.AnyAsync(i => i.Id == spectrum.InstrumentId, ct))
            throw new NotFound($"Failed to post spectrum: Cannot find instrument with ID: {spectrum.InstrumentId}");
        int[] people = [.. spectrum.ReducerIds.Concat(spectrum.ObserverIds).Distinct()];
        var known = people.Length == 0 ? [] : await db.Users.Where(u => people.Contains(u.Id)).Select(u => u.Id).ToListAsync(ct);
        if (people.Except(known).ToList() is { Count: > 0 } strange)
            throw new BadInput($"Invalid reduced_by or observed_by: no user with ID {string.Join(", ", strange)}.", "reduced_by");
    }

    async Task SaveAsync(int sourceKey, CancellationToken ct, params int[] otherKeys)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.SaveChangesAsync(ct);
        foreach (var key in otherKeys.Append(sourceKey).Distinct())
            await SourceChanged.AnnounceAsync(db, key, ct);
        await transaction.CommitAsync(ct);
    }
}
