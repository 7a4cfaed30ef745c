using System.Security.Cryptography;

namespace Vigil.Access;

/// <summary>
/// Passwords, stored as PBKDF2-HMAC-SHA256 with a salt of their own (RFC 8018; iterations as OWASP advised in 2023).
/// </summary>
static class Password
{
    const int Iterations = 600_000;
    const int SaltBytes = 16, KeyBytes = 32;

    /// <summary>Shortest and longest password that is taken.</summary>
    public const int MinLength = 8, MaxLength = 200;

    /// <summary>A password that is neither too short nor too long.</summary>
    public static string Checked(string password) => password.Length is >= MinLength and <= MaxLength ? password
        : throw new BadInput($"password must have {MinLength} to {MaxLength} characters, got {password.Length}.", "password");

    public static string Hash(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        var key = Rfc2898DeriveBytes.Pbkdf2(password, salt, Iterations, HashAlgorithmName.SHA256, KeyBytes);
        return $"pbkdf2-sha256${Iterations}${Convert.ToBase64String(salt)}${Convert.ToBase64String(key)}";
    }

    /// <summary>Takes the same time whether there is such a user or not.</summary>
    public static bool Matches(string password, string? hash)
    {
        var parts = (hash ?? $"pbkdf2-sha256${Iterations}$AAAAAAAAAAAAAAAAAAAAAA==$").Split('$');
        if (password.Length > MaxLength || parts is not [_, var iterations, var salt, var expected])
            return false;
        var key = Rfc2898DeriveBytes.Pbkdf2(password, Convert.FromBase64String(salt), int.Parse(iterations, null),
            HashAlgorithmName.SHA256, KeyBytes);
        return CryptographicOperations.FixedTimeEquals(key, Convert.FromBase64String(expected));
    }

    /// <summary>A secret for people to copy: 128 random bits as letters and digits.</summary>
    public static string Random() => RandomNumberGenerator.GetString("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789",
        22);
}
