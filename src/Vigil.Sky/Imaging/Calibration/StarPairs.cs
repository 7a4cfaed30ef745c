namespace Vigil.Sky.Imaging;

/// <summary>Stars of a frame and the reference stars with which they coincide, in the order of the reference stars.</summary>
sealed class StarPairs(int capacity)
{
    public int Count { get; private set; }

    /// <summary>Which of the given stars.</summary>
    public int[] Star { get; } = new int[capacity];

    /// <summary>Which of the calibrator's references.</summary>
    public int[] Reference { get; } = new int[capacity];

    /// <summary>Frame less catalogue in right ascension times cos dec: arcsec.</summary>
    public double[] East { get; } = new double[capacity];

    /// <summary>Frame less catalogue in declination: arcsec.</summary>
    public double[] North { get; } = new double[capacity];

    public void Add(int star, int reference, double east, double north)
    {
        (Star[Count], Reference[Count], East[Count], North[Count]) = (star, reference, east, north);
        Count++;
    }

    /// <summary>Keeps those within a radius of an offset: arcsec.</summary>
    public void Keep(double east, double north, double radius)
    {
        var kept = 0;
        for (var i = 0; i < Count; i++)
        {
            var (x, y) = (East[i] - east, North[i] - north);
            if (Math.Sqrt(x * x + y * y) <= radius)
                Move(i, kept++);
        }
        Count = kept;
    }

    /// <summary>Takes out the pair of a star, if there is one.</summary>
    public void Remove(int star)
    {
        var kept = 0;
        for (var i = 0; i < Count; i++)
            if (Star[i] != star)
                Move(i, kept++);
        Count = kept;
    }

    void Move(int from, int to) =>
        (Star[to], Reference[to], East[to], North[to]) = (Star[from], Reference[from], East[from], North[from]);
}
