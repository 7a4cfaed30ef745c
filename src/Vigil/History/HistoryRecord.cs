namespace Vigil.History;

/// <summary>
/// One change of a watched row: who, when, through which call, what it was and what it became. Written by the database in
/// the writer's own transaction (trigger record_history); never changed afterwards.
/// </summary>
sealed class HistoryRecord
{
    public long Id { get; set; }
    public DateTimeOffset At { get; set; }
    public int ActorId { get; set; }
    public required string Via { get; set; }
    public required string TableName { get; set; }
    public required string RowKey { get; set; }
    /// <summary>UPDATE or DELETE.</summary>
    public required string Action { get; set; }
    /// <summary>JSON text: the changed columns, or the whole row when it was deleted.</summary>
    public required string OldValues { get; set; }
    public string? NewValues { get; set; }
}
