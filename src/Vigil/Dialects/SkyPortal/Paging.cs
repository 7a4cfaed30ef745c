namespace Vigil.Dialects.SkyPortal;

/// <summary>Pages as SkyPortal counts them: from 1; a page past the end is an error.</summary>
static class Paging
{
    /// <summary>Rows a page: at least 1, at most <paramref name="most"/>.</summary>
    public static int Size(int asked, int most) => asked >= 1 ? Math.Min(asked, most)
        : throw new BadInput($"numPerPage must be at least 1, got {asked}.", "numPerPage");

    /// <summary>Rows to skip.</summary>
    /// <exception cref="BadInput">There is no such page; the first page always is.</exception>
    public static int Offset(int page, int size, int total) =>
        page < 1 || (page > 1 && (page - 1L) * size >= total)
            ? throw new BadInput($"Page number out of range. There are {Math.Max(1, (total + size - 1) / size)} pages, "
                + $"pageNumber was {page}.", "pageNumber")
            : (page - 1) * size;
}
