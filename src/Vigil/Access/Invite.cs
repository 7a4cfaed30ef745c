using System.Net;
using System.Net.Mail;
using Microsoft.EntityFrameworkCore;
using Vigil.Data;
using Vigil.Operation;

namespace Vigil.Access;

/// <summary>What an invited person will become; null leaves as it is, or takes the default.</summary>
/// <param name="GroupAdmin">Parallel to the groups; default none.</param>
/// <param name="CanSave">Parallel to the groups; default all.</param>
/// <param name="StreamIds">Default: those of the groups.</param>
sealed record InvitationTerms(
    int[]? GroupIds, bool[]? GroupAdmin, bool[]? CanSave, int[]? StreamIds, string? Role, DateTimeOffset? UserExpirationDate);

/// <summary>
/// Invites people by a link that makes one user. It goes by mail where a mail server is set, and to the inviter otherwise.
/// </summary>
sealed partial class Invite(
    VigilDb db, Viewer viewer, Delegation delegation, SiteAddress site, ServerSettings settings, ILogger<Invite> log)
{
    static readonly string[] roles = [Role.FullUser, Role.ViewOnly];

    /// <summary>How long a link may be used.</summary>
    public static readonly TimeSpan Validity = TimeSpan.FromDays(3);

    static readonly TimeSpan MailPatience = TimeSpan.FromSeconds(20);

    /// <returns>The invitation, and the link where no mail carries it.</returns>
    public async Task<(Invitation Invitation, string? Link)> AddAsync(string email, InvitationTerms terms, CancellationToken ct)
    {
        if (terms.GroupIds is null)
            throw new BadInput("Missing required parameter `groupIDs`", "groupIDs");
        if (settings.Smtp is not null && !(MailAddress.TryCreate(email, out var address) && address.Address == email))
            throw new BadInput($"userEmail must be a mail address, got '{email}'.", "userEmail");
        var secret = Guid.NewGuid().ToString();
        var invitation = new Invitation { TokenHash = ViewerStore.Hash(secret), InvitedById = viewer.UserId, UserEmail = email };
        await ApplyAsync(invitation, terms, ct);
        db.Invitations.Add(invitation);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.SaveChangesAsync(ct);
        var link = $"{site.Url}/invitation/{secret}";
        if (settings.Smtp is { } smtp)
            await MailAsync(smtp, email, link, ct);
        else
            LinkMade(log, invitation.Id, link);
        await transaction.CommitAsync(ct);
        return (invitation, settings.Smtp is null ? link : null);
    }

    /// <summary>Changes one's own invitation that nobody has used.</summary>
    public async Task ChangeAsync(int id, InvitationTerms terms, CancellationToken ct)
    {
        var invitation = await OwnAsync(id, ct);
        if (terms is { GroupIds: null, StreamIds: null, Role: null, UserExpirationDate: null })
            throw new BadInput("At least one of groupIDs, streamIDs, role and userExpirationDate must be given.");
        if (invitation.Used)
            throw new BadInput($"Invitation {id} is used; change the user instead.");
        await ApplyAsync(invitation, terms, ct);
        await db.SaveChangesAsync(ct);
    }

    /// <summary>Withdraws one's own invitation; its link stops working.</summary>
    public async Task DeleteAsync(int id, CancellationToken ct)
    {
        db.Invitations.Remove(await OwnAsync(id, ct));
        await db.SaveChangesAsync(ct);
    }

    async Task<Invitation> OwnAsync(int id, CancellationToken ct) =>
        await db.Invitations.AsTracking().FirstOrDefaultAsync(i => i.Id == id, ct)
        ?? throw new NotFound($"Insufficient permissions: no invitation {id} of yours.");

    async Task ApplyAsync(Invitation invitation, InvitationTerms terms, CancellationToken ct)
    {
        if (terms.Role is { } role)
            invitation.Role = roles.Contains(role) ? role : throw new BadInput(
                $"Unsupported value provided for parameter `role`: {role}. Must be one of either '{Role.FullUser}' or "
                + $"'{Role.ViewOnly}'.", "role");
        delegation.RequireRights([invitation.Role], []);
        invitation.UserExpirationDate = terms.UserExpirationDate?.ToUniversalTime() ?? invitation.UserExpirationDate;
        if (terms.GroupIds is { } groupIds)
        {
            if (groupIds.Distinct().Count() != groupIds.Length)
                throw new BadInput("groupIDs must not name a group twice.", "groupIDs");
            invitation.GroupIds = [.. groupIds];
            invitation.AdminForGroups = Parallel(terms.GroupAdmin, groupIds.Length, false, "groupAdmin");
            invitation.CanSaveToGroups = Parallel(terms.CanSave, groupIds.Length, true, "canSave");
        }
        var groups = await db.Groups.IgnoreQueryFilters([VigilDb.Visible]).Include(g => g.Streams)
            .Where(g => invitation.GroupIds.Contains(g.Id) && !g.SingleUserGroup).ToListAsync(ct);
        if (invitation.GroupIds.Except(groups.Select(g => g.Id)).ToList() is { Count: > 0 } unknown)
            throw new BadInput($"groupIDs must be groups that people can join; {unknown[0]} is not one.", "groupIDs");
        foreach (var (groupId, admin) in invitation.GroupIds.Zip(invitation.AdminForGroups))
            delegation.RequirePlace(groupId, admin, "groupIDs");
        int[] needed = [.. groups.SelectMany(g => g.Streams.Select(s => s.Id)).Distinct()];
        if (terms.StreamIds is { } streamIds)
        {
            // Whoever invites may hand on the streams that they hold, and those of the groups, which every member holds.
            var known = await db.Streams.Where(s => streamIds.Contains(s.Id)).Select(s => s.Id).ToListAsync(ct);
            if (streamIds.Except(known).Except(needed).ToList() is { Count: > 0 } missing)
                throw new BadInput($"streamIDs must be streams that you hold; {missing[0]} is not one.", "streamIDs");
            invitation.StreamIds = [.. streamIds.Distinct()];
        }
        else if (invitation.StreamIds.Count == 0)
        {
            invitation.StreamIds = [.. needed];
        }
        if (needed.Except(invitation.StreamIds).ToList() is { Count: > 0 } lacking)
            throw new BadInput($"streamIDs must cover the streams of the groups; {lacking[0]} is missing.", "streamIDs");
    }

    static List<bool> Parallel(bool[]? values, int count, bool otherwise, string field) => values switch
    {
        null => [.. Enumerable.Repeat(otherwise, count)],
        _ when values.Length == count => [.. values],
        _ => throw new BadInput($"{field} must have one value for each of the {count} groups, got {values.Length}.", field),
    };

    async Task MailAsync(SmtpSettings smtp, string email, string link, CancellationToken ct)
    {
        using var client = new SmtpClient(smtp.Host, smtp.Port) { EnableSsl = smtp.Tls };
        if (smtp.User is not null)
            client.Credentials = new NetworkCredential(smtp.User, smtp.Password);
        using var mail = new MailMessage(smtp.From, email)
        {
            Subject = "Invitation to Vigil",
            Body = $"{viewer.Username} invites you to Vigil. Choose a name and a password within {Validity.TotalDays:0} "
                + $"days at\n\n{link}\n",
        };
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(MailPatience);
        try
        {
            await client.SendMailAsync(mail, patience.Token);
        }
        catch (SmtpException e)
        {
            throw NotSent((e.InnerException ?? e).Message);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw NotSent($"the mail server did not answer within {MailPatience.TotalSeconds:0} s.");
        }

        BadInput NotSent(string reason) => new($"The mail to '{email}' could not be sent, so nobody is invited: {reason}",
            "userEmail");
    }

    [LoggerMessage(LogLevel.Warning, "No mail server is set (VIGIL_SMTP_HOST); invitation {Id}: {Link}")]
    static partial void LinkMade(ILogger log, int id, string link);
}
