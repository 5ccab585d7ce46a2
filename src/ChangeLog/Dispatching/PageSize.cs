namespace ChangeLog.Dispatching;

/// <summary>Size of the next page: halved towards a bad row, doubled again after it. Pure.</summary>
/// <remarks>A bad row among 1,000 costs at most 11 failed pages; each consecutive further one costs one.</remarks>
internal sealed class PageSize(Func<int> largest)
{
    // rows from the cursor on, at least one of which fails
    private int _suspects;

    private int _rows = int.MaxValue;

    public int Rows
    {
        get => Math.Min(_rows, largest());
        private set => _rows = value;
    }

    public bool IsSearching => _suspects > 0;

    public void Failed(int rows)
    {
        _suspects = rows;
        Rows = Math.Max(1, rows / 2);
    }

    public void Succeeded(int rows)
    {
        if (rows == 0)
        {
            return;
        }

        if (_suspects > rows)
        {
            _suspects -= rows;
            Rows = Math.Max(1, _suspects / 2);
            return;
        }

        _suspects = 0;
        Rows = Rows == largest() ? int.MaxValue : Rows * 2;
    }

    /// <summary>Nothing left to bisect: another worker has handled it.</summary>
    public void NothingLeft() => _suspects = 0;

    /// <summary>The single row was given up; the next may be as bad.</summary>
    public void GivenUp()
    {
        _suspects = 0;
        Rows = 1;
    }
}
