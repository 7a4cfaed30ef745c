using Vigil.Sky.Fits;

namespace Vigil.Sky.Tests.Fits;

public class FitsTableLookupTests
{
    [Fact]
    public void Columns_are_found_by_name_in_any_case_and_arrays_of_bytes_come_back()
    {
        var file = new MemoryStream();
        new FitsWriter(file).WriteTable([FitsColumnData.Of<byte>("STAMP", [[1, 2, 3], [], [255]])]);
        file.Position = 0;
        using var fits = new FitsReader(file);
        var table = fits.Hdus.First(hdu => hdu.Kind == FitsHduKind.BinaryTable).Table();
        Assert.True(table.TryFind("stamp", out var column));
        Assert.Equal("STAMP", column.Name);
        Assert.False(table.TryFind("STAMPS", out _));
        Assert.Equal([1, 2, 3], table.ReadArrayBytes("STAMP", 0));
        Assert.Empty(table.ReadArrayBytes("STAMP", 1));
        Assert.Equal([255], table.ReadArrayBytes("STAMP", 2));
        Assert.Throws<FitsException>(() => table["STAMPS"]);
    }
}
