using System.Linq.Expressions;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Npgsql;
using Vigil.Access;
using Vigil.Candidates;
using Vigil.Discussion;
using Vigil.History;
using Vigil.Photometry;
using Vigil.Sources;
using Vigil.Spectra;
using Vigil.Telescopes;

namespace Vigil.Data;

/// <summary>
/// The database as one viewer sees it. Every entity that not everybody may see has a query filter named
/// <see cref="Visible"/>; to skip it, say so: <c>IgnoreQueryFilters([VigilDb.Visible])</c>. A write records the viewer and
/// the call as its actor, which the history triggers demand.
/// </summary>
sealed class VigilDb : DbContext
{
    /// <summary>Name of the filter by which rows are visible to the viewer.</summary>
    public const string Visible = "visible";

    static readonly WriteInterceptor interceptor = new();

    readonly ViewerStore viewers;

    public VigilDb(NpgsqlDataSource database, Viewer viewer, string via, ViewerStore viewers)
        : base(OptionsFor(database))
    {
        (Viewer, Via, this.viewers) = (viewer, via, viewers);
        // Every write is a transaction, so that its actor is set for it. Nothing here may ask for more of EF Core: most
        // requests never use it, and it costs as much as a round trip to make.
        Database.AutoTransactionBehavior = AutoTransactionBehavior.Always;
    }

    /// <summary>Who reads and writes.</summary>
    public Viewer Viewer { get; }

    /// <summary>The call on whose behalf, such as "PATCH /api/sources/{obj_id}".</summary>
    public string Via { get; }

    public DbSet<User> Users => Set<User>();
    public DbSet<Token> Tokens => Set<Token>();
    public DbSet<Group> Groups => Set<Group>();
    public DbSet<GroupUser> GroupUsers => Set<GroupUser>();
    public DbSet<Access.Stream> Streams => Set<Access.Stream>();
    public DbSet<GroupAdmissionRequest> GroupAdmissionRequests => Set<GroupAdmissionRequest>();
    public DbSet<Invitation> Invitations => Set<Invitation>();
    public DbSet<Audience> Audiences => Set<Audience>();
    public DbSet<HistoryRecord> History => Set<HistoryRecord>();
    public DbSet<Telescope> Telescopes => Set<Telescope>();
    public DbSet<Instrument> Instruments => Set<Instrument>();
    public DbSet<InstrumentField> InstrumentFields => Set<InstrumentField>();
    public DbSet<InstrumentLog> InstrumentLogs => Set<InstrumentLog>();
    public DbSet<Source> Sources => Set<Source>();
    public DbSet<SourceAlias> SourceAliases => Set<SourceAlias>();
    public DbSet<SavedSource> SavedSources => Set<SavedSource>();
    public DbSet<SourceLabel> SourceLabels => Set<SourceLabel>();
    public DbSet<SourceView> SourceViews => Set<SourceView>();
    public DbSet<Listing> Listings => Set<Listing>();
    public DbSet<TargetList> TargetLists => Set<TargetList>();
    public DbSet<Download> Downloads => Set<Download>();
    public DbSet<StreamFilter> StreamFilters => Set<StreamFilter>();
    public DbSet<Candidate> Candidates => Set<Candidate>();
    public DbSet<PhotometryPoint> Photometry => Set<PhotometryPoint>();
    public DbSet<PhotStat> PhotStats => Set<PhotStat>();
    public DbSet<Upload> Uploads => Set<Upload>();
    public DbSet<Spectrum> Spectra => Set<Spectrum>();
    public DbSet<Comment> Comments => Set<Comment>();

    /// <summary>Forgets cached viewers when the current write is committed; for statements that bypass change tracking.</summary>
    public void AccessChanged() => accessChanged = true;

    bool accessChanged;

    /// <inheritdoc/>
    public override Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        var now = DateTimeOffset.UtcNow;
        foreach (var entry in ChangeTracker.Entries())
        {
            if (entry.State is not (EntityState.Added or EntityState.Modified or EntityState.Deleted))
                continue;
            // A join row of a many-to-many relation (a stream granted to a user) has no class of its own.
            accessChanged |= entry.Entity is IAccess or Dictionary<string, object>;
            if (entry.State == EntityState.Added && entry.Metadata.FindProperty("CreatedAt") is not null)
                entry.Property("CreatedAt").CurrentValue = now;
            if (entry.State != EntityState.Deleted && entry.Metadata.FindProperty("Modified") is not null)
                entry.Property("Modified").CurrentValue = now;
        }
        return base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
    }

    internal void Committed()
    {
        if (accessChanged)
            viewers.Forget();
        accessChanged = false;
    }

    /// <inheritdoc/>
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<Dictionary<string, int>>().HaveConversion<JsonObject<int>>().HaveColumnType("jsonb");
        configurationBuilder.Properties<Dictionary<string, double>>().HaveConversion<JsonObject<double>>()
            .HaveColumnType("jsonb");
    }

    /// <summary>A jsonb object of numbers.</summary>
    sealed class JsonObject<T>() : ValueConverter<Dictionary<string, T>, string>(
        values => JsonSerializer.Serialize(values, JsonSerializerOptions.Default),
        text => JsonSerializer.Deserialize<Dictionary<string, T>>(text, JsonSerializerOptions.Default)!);

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder model)
    {
        model.Entity<Source>().HasKey(s => s.Key);
        model.Entity<User>().HasMany(u => u.Streams).WithMany(s => s.Users).UsingEntity("stream_users",
            r => r.HasOne(typeof(Access.Stream)).WithMany().HasForeignKey("StreamId"),
            l => l.HasOne(typeof(User)).WithMany().HasForeignKey("UserId"));
        model.Entity<Group>().HasMany(g => g.Streams).WithMany(s => s.Groups).UsingEntity("group_streams",
            r => r.HasOne(typeof(Access.Stream)).WithMany().HasForeignKey("StreamId"),
            l => l.HasOne(typeof(Group)).WithMany().HasForeignKey("GroupId"));
        model.Entity<TargetList>().HasMany(l => l.Sources).WithMany().UsingEntity("target_list_members",
            r => r.HasOne(typeof(Source)).WithMany().HasForeignKey("SourceKey"),
            l => l.HasOne(typeof(TargetList)).WithMany().HasForeignKey("TargetListId"));
        model.Entity<GroupUser>().HasOne(m => m.Group).WithMany(g => g.Members).HasForeignKey(m => m.GroupId);
        model.Entity<GroupUser>().HasOne(m => m.User).WithMany(u => u.Memberships).HasForeignKey(m => m.UserId);
        model.Entity<Token>().HasOne(t => t.CreatedBy).WithMany(u => u.Tokens).HasForeignKey(t => t.CreatedById);
        model.Entity<PhotStat>().HasKey(s => s.SourceKey);
        foreach (var entity in model.Model.GetEntityTypes().Where(e => e.ClrType.GetProperty("SourceKey") is not null))
        {
            var builder = model.Entity(entity.ClrType);
            if (entity.ClrType.GetProperty("Source") is not null)
                builder.HasOne(typeof(Source), "Source").WithMany(
                    entity.ClrType == typeof(SavedSource) ? nameof(Source.Saves) : null).HasForeignKey("SourceKey");
        }
        model.Entity<SourceAlias>().HasOne<Source>().WithMany(s => s.Aliases).HasForeignKey(a => a.SourceKey);
        model.Entity<HistoryRecord>().ToTable("history");
        model.Entity<PhotometryPoint>().ToTable("photometry");
        model.Entity<Upload>().Property(u => u.Number).ValueGeneratedOnAdd();

        NameInSnakeCase(model.Model);
        FilterByViewer(model);
    }

    /// <summary>Who may see what, one line an entity; an entity that is not named here is open to every user.</summary>
    void FilterByViewer(ModelBuilder model)
    {
        FilterByAudience<PhotometryPoint>(model);
        FilterByAudience<Spectrum>(model);
        // A comment on a spectrum is for those who see the spectrum, too.
        Filter<Comment>(model, c => Viewer.SeesAll || ((c.OwnerId == Viewer.UserId || Viewer.Audiences.Contains(c.AudienceId))
            && (c.SpectrumId == null || c.Spectrum!.OwnerId == Viewer.UserId
                || Viewer.Audiences.Contains(c.Spectrum.AudienceId))));
        Filter<SavedSource>(model, s => Viewer.SeesAll || Viewer.GroupIds.Contains(s.GroupId));
        Filter<SourceLabel>(model, l => Viewer.SeesAll || Viewer.GroupIds.Contains(l.GroupId));
        Filter<Access.Stream>(model, s => Viewer.SeesAll || Viewer.StreamIds.Contains(s.Id));
        Filter<StreamFilter>(model, f => Viewer.SeesAll
            || (Viewer.GroupIds.Contains(f.GroupId) && Viewer.StreamIds.Contains(f.StreamId)));
        Filter<Candidate>(model, c => Viewer.SeesAll
            || (Viewer.GroupIds.Contains(c.Filter!.GroupId) && Viewer.StreamIds.Contains(c.Filter.StreamId)));
        Filter<GroupAdmissionRequest>(model, r => Viewer.SeesAll || r.UserId == Viewer.UserId
            || r.Group!.Members.Any(m => m.UserId == Viewer.UserId && m.Admin));
        Filter<Invitation>(model, i => Viewer.SeesAll || i.InvitedById == Viewer.UserId);
        Filter<Token>(model, t => Viewer.SeesAll || t.CreatedById == Viewer.UserId);
        Filter<Listing>(model, l => Viewer.SeesAll || l.UserId == Viewer.UserId);
        Filter<Upload>(model, u => Viewer.SeesAll || u.OwnerId == Viewer.UserId);
        Filter<Download>(model, d => Viewer.SeesAll);
        Filter<HistoryRecord>(model, h => Viewer.SeesAll || h.ActorId == Viewer.UserId);
        Filter<SourceView>(model, v => Viewer.SeesAll || v.UserId == Viewer.UserId);
        model.Entity<Source>().HasQueryFilter("kept", s => s.DeletedAt == null);
    }

    void FilterByAudience<T>(ModelBuilder model) where T : class, IShared =>
        Filter<T>(model, e => Viewer.SeesAll || e.OwnerId == Viewer.UserId || Viewer.Audiences.Contains(e.AudienceId));

    static void Filter<T>(ModelBuilder model, Expression<Func<T, bool>> visible) where T : class =>
        model.Entity<T>().HasQueryFilter(Visible, visible);

    static void NameInSnakeCase(IMutableModel model)
    {
        foreach (var entity in model.GetEntityTypes())
        {
            entity.SetTableName(SnakeCase(entity.GetTableName()!));
            foreach (var property in entity.GetProperties())
            {
                property.SetColumnName(SnakeCase(property.Name));
                // JSON lives in string properties; the migrations say which columns they are.
                if (property.ClrType == typeof(string) && jsonColumns.Contains(property.GetColumnName()))
                    property.SetColumnType("jsonb");
            }
        }
    }

    static readonly HashSet<string> jsonColumns =
    [
        "altdata", "preferences", "redshift_history", "summary_history", "tns_info", "orbit", "params", "contour",
        "contour_summary", "log", "sensitivity_data", "configuration_data", "old_values", "new_values",
    ];

    internal static string SnakeCase(string name)
    {
        var snake = new StringBuilder(name.Length + 8);
        for (var i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsUpper(name[i]) && name[i - 1] != '_')
                snake.Append('_');
            snake.Append(char.ToLowerInvariant(name[i]));
        }
        return snake.ToString();
    }

    static readonly System.Runtime.CompilerServices.ConditionalWeakTable<NpgsqlDataSource, DbContextOptions> optionsByDatabase =
        [];

    // Options are costly to build and the same for every context of a database.
    static DbContextOptions OptionsFor(NpgsqlDataSource database) => optionsByDatabase.GetValue(database,
        d => new DbContextOptionsBuilder<VigilDb>().UseNpgsql(d).AddInterceptors(interceptor).Options);
}
