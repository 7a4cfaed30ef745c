namespace Vigil.Access;

/// <summary>The rights that a user, a role or a token can hold. Their names are those of SkyPortal.</summary>
static class Acl
{
    public const string BecomeUser = "Become user";
    public const string Comment = "Comment";
    public const string Annotate = "Annotate";
    public const string ManageUsers = "Manage users";
    public const string ManageSources = "Manage sources";
    public const string ManageGroups = "Manage groups";
    public const string ManageShifts = "Manage shifts";
    public const string ManageInstruments = "Manage instruments";
    public const string ManageAllocations = "Manage allocations";
    public const string ManageObservingRuns = "Manage observing runs";
    public const string ManageTelescopes = "Manage telescopes";
    public const string ManageAnalysisServices = "Manage Analysis Services";
    public const string ManageRecurringApis = "Manage Recurring APIs";
    public const string ManageObservationPlans = "Manage observation plans";
    public const string ManageGcns = "Manage GCNs";
    public const string UploadData = "Upload data";
    public const string RunAnalyses = "Run Analyses";
    public const string SystemAdmin = "System admin";
    public const string PostTaxonomy = "Post taxonomy";
    public const string DeleteTaxonomy = "Delete taxonomy";
    public const string DeleteInstrument = "Delete instrument";
    public const string DeleteTelescope = "Delete telescope";
    public const string DeleteBulkPhotometry = "Delete bulk photometry";
    public const string Classify = "Classify";
    public const string PostFromSedmListener = "Post from SEDMListener";

    /// <summary>All rights, in the order in which SkyPortal lists them.</summary>
    public static readonly string[] All =
    [
        BecomeUser, Comment, Annotate, ManageUsers, ManageSources, ManageGroups, ManageShifts, ManageInstruments,
        ManageAllocations, ManageObservingRuns, ManageTelescopes, ManageAnalysisServices, ManageRecurringApis,
        ManageObservationPlans, ManageGcns, UploadData, RunAnalyses, SystemAdmin, PostTaxonomy, DeleteTaxonomy,
        DeleteInstrument, DeleteTelescope, DeleteBulkPhotometry, Classify, PostFromSedmListener,
    ];

    // Spellings that SkyPortal's own endpoints ask for but its list does not know; see docs/dialects/skyportal.md.
    static readonly Dictionary<string, string> aliases = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Reminder"] = Comment,
        ["Manage tnsrobots"] = ManageGroups,
    };

    static readonly Dictionary<string, string> byName = All.ToDictionary(a => a, StringComparer.OrdinalIgnoreCase);

    /// <summary>The right of that name in any case or misspelling in use, or null.</summary>
    public static string? Find(string name) =>
        byName.TryGetValue(name.Trim(), out var acl) || aliases.TryGetValue(name.Trim(), out acl) ? acl : null;
}

/// <summary>
/// A named bundle of rights. Roles are fixed; what differs from person to person goes into the person's own ACLs.
/// </summary>
static class Role
{
    public const string SuperAdmin = "Super admin";
    public const string GroupAdmin = "Group admin";
    public const string FullUser = "Full user";
    public const string ViewOnly = "View only";

    static readonly string[] fullUser =
        [Acl.Comment, Acl.Annotate, Acl.ManageObservingRuns, Acl.UploadData, Acl.RunAnalyses, Acl.Classify];

    /// <summary>Role name to its rights.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> All = new Dictionary<string, string[]>
    {
        [SuperAdmin] = Acl.All,
        [GroupAdmin] =
        [
            .. fullUser, Acl.ManageUsers, Acl.ManageSources, Acl.ManageShifts, Acl.ManageAnalysisServices,
            Acl.ManageRecurringApis, Acl.ManageGcns, Acl.PostTaxonomy,
        ],
        [FullUser] = fullUser,
        [ViewOnly] = [],
    };
}
