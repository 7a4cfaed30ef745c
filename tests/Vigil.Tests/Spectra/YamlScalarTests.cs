using Vigil.Spectra;

namespace Vigil.Tests.Spectra;

public class YamlScalarTests
{
    [Theory]
    // The examples of https://yaml.org/type/int.html and float.html (YAML 1.1), and what PyYAML 6.0 makes of the others.
    [InlineData("685230", "685230")]
    [InlineData("02472256", "685230")]
    [InlineData("-017", "-15")]
    [InlineData("190:20:30", "685230")]
    [InlineData("190:20:30.15", "685230.15")]
    [InlineData("685.230015e+03", "685230.015")]
    [InlineData("-00:00:01.5", "-1.5")]
    [InlineData("00:04:25.70", "265.7")]
    [InlineData("02:30", "\"02:30\"")]
    [InlineData("089", "\"089\"")]
    [InlineData("1e5", "\"1e5\"")]
    [InlineData("2020-09-15", "\"2020-09-15\"")]
    [InlineData("off", "false")]
    [InlineData("True", "true")]
    [InlineData("~", "null")]
    [InlineData("", "null")]
    [InlineData("0", "0")]
    [InlineData("Keck I", "\"Keck I\"")]
    [InlineData("\"017\"", "\"017\"")]
    [InlineData("400 nm filter #84754", "\"400 nm filter\"")]
    [InlineData("12 # hours", "12")]
    [InlineData("\"filter #84754\"", "\"filter #84754\"")]
    [InlineData("'017'", "\"017\"")]
    // Ours: what does not fit 64 bits stays text.
    [InlineData("99999999999999999999", "\"99999999999999999999\"")]
    public void A_word_is_read_as_in_YAML(string text, string json) =>
        Assert.Equal(json, YamlScalar.Read(text)?.ToJsonString() ?? "null");
}
