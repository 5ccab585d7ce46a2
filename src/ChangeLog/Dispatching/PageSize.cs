namespace ChangeLog.Dispatching;

/// <summary>How many rows the next page may hold: halved towards a bad one, doubled again behind it. Pure.</summary>
/// <remarks>A bad one among 1,000 costs at most 11 failed pages; each further of a run of bad ones costs one.</remarks>
internal sealed class PageSize(Func<int> largest)
{
    // rows from the cursor on, among which one is known to fail
    private int _suspects;

    private int _rows = int.MaxValue;

    public int Rows
    {
        get => Math.Min(_rows, largest());
        private set => _rows = value;
    }

    /// <summary>Whether a page that failed is being taken apart.</summary>
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

    /// <summary>Nothing is left to take apart: another worker has handled it.</summary>
    public void NothingLeft() => _suspects = 0;

    /// <summary>The one row of the page was given up; the next may be as bad.</summary>
    public void GivenUp()
    {
        _suspects = 0;
        Rows = 1;
    }
}
