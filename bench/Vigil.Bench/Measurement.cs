using System.Text.Json;

namespace Vigil.Bench;

/// <summary>One figure of ours beside a peer's. Ratio is how many times better ours is; goal is the ratio we want.</summary>
/// <param name="Name">What was measured, such as reads.list_100.</param>
/// <param name="Ours">Our figure, in <paramref name="Unit"/>.</param>
/// <param name="Peer">Who is compared, and where the figure comes from.</param>
sealed record Measurement(string Name, double Ours, string Unit, string Peer, double PeerValue, double Ratio, double Goal)
{
    static readonly JsonSerializerOptions json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>A figure where more is better.</summary>
    public static Measurement More(string name, double ours, string unit, string peer, double peerValue, double goal) =>
        new(name, Round(ours), unit, peer, Round(peerValue), Round(ours / peerValue), goal);

    /// <summary>A figure where less is better.</summary>
    public static Measurement Less(string name, double ours, string unit, string peer, double peerValue, double goal) =>
        new(name, Round(ours), unit, peer, Round(peerValue), Round(peerValue / ours), goal);

    public string ToJson() => JsonSerializer.Serialize(this, json);

    static double Round(double value) => value == 0 ? 0
        : Math.Round(value, Math.Clamp(3 - (int)Math.Floor(Math.Log10(Math.Abs(value))), 0, 12));
}
