using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Vigil.Access;

/// <summary>
/// The permanent token of an observer: 40 hexadecimal digits, the same at every login, as BHTOM's scripts expect. It is
/// derived from the site's secret, so it is stored nowhere; raising the user's token generation revokes it.
/// </summary>
sealed class ObserverToken(SiteSecret secret)
{
    /// <summary>The token: the user id (4 bytes, masked), then 16 bytes of HMAC-SHA256 over id and generation.</summary>
    public string Of(User user)
    {
        Span<byte> token = stackalloc byte[20];
        var mac = HMACSHA256.HashData(secret.Key, Encoding.ASCII.GetBytes($"observer:{user.Id}:{user.TokenGeneration}"));
        mac.AsSpan(0, 16).CopyTo(token[4..]);
        BinaryPrimitives.WriteInt32BigEndian(token, user.Id ^ BinaryPrimitives.ReadInt32BigEndian(mac));
        return Convert.ToHexStringLower(token);
    }

    /// <summary>The user that a token claims to be of, or null when it does not look like one of ours.</summary>
    public int? UserIdOf(string token)
    {
        if (token.Length != 40 || !token.All(char.IsAsciiHexDigit))
            return null;
        var bytes = Convert.FromHexString(token);
        return BinaryPrimitives.ReadInt32BigEndian(bytes) ^ BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(4));
    }

    public bool Matches(User user, string token) => CryptographicOperations.FixedTimeEquals(
        Encoding.ASCII.GetBytes(Of(user)), Encoding.ASCII.GetBytes(token.ToLowerInvariant()));
}

/// <summary>32 random bytes of this site, in a file that only its owner can read, or given as VIGIL_SECRET (base64).</summary>
sealed record SiteSecret(byte[] Key)
{
    /// <summary>Reads the secret of a data folder, or makes it.</summary>
    /// <exception cref="StartupError">VIGIL_SECRET is not base64 of at least 32 bytes.</exception>
    public static SiteSecret Open(string dataDir)
    {
        if (Environment.GetEnvironmentVariable("VIGIL_SECRET") is { Length: > 0 } given)
        {
            var key = new byte[given.Length];
            return Convert.TryFromBase64String(given, key, out var length) && length >= 32
                ? new(key[..length])
                : throw new StartupError("VIGIL_SECRET must be base64 of at least 32 bytes; make one with: "
                    + "openssl rand -base64 32");
        }
        var path = Path.Combine(dataDir, "secret.key");
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(dataDir);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using var file = new FileStream(path, options);
            file.Write(RandomNumberGenerator.GetBytes(32));
        }
        return new(File.ReadAllBytes(path));
    }
}
