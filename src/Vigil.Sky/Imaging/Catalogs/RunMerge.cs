namespace Vigil.Sky.Imaging;

/// <summary>Several sorted runs as one: a heap of them, the one with the first star on top.</summary>
sealed class RunMerge
{
    readonly SortedRun[] heap;
    int count;
    bool started;

    public RunMerge(IReadOnlyList<SortedRun> runs)
    {
        heap = [.. runs];
        foreach (var run in runs)
            if (run.Next())
                heap[count++] = run;
        for (var i = count / 2; i-- > 0;)
            Sink(i);
    }

    /// <summary>Goes to the next star, of which there must be one.</summary>
    /// <returns>The run that has it.</returns>
    public SortedRun Next()
    {
        if (started)
        {
            if (!heap[0].Next())
                heap[0] = heap[--count];
            Sink(0);
        }
        started = true;
        return heap[0];
    }

    void Sink(int at)
    {
        var moved = heap[at];
        for (int child; (child = 2 * at + 1) < count; at = child)
        {
            if (child + 1 < count && heap[child + 1].Before(heap[child]))
                child++;
            if (!heap[child].Before(moved))
                break;
            heap[at] = heap[child];
        }
        heap[at] = moved;
    }
}
