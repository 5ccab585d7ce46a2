namespace ChangeLog.TestSupport;

/// <summary>Lets through, or holds up until it is opened again.</summary>
public sealed class Gate
{
    private volatile TaskCompletionSource _opened = Opened();

    /// <summary>Completes when the gate is open.</summary>
    public Task Passing => _opened.Task;

    public void Shut()
    {
        if (_opened.Task.IsCompleted)
        {
            _opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public void Open() => _opened.TrySetResult();

    private static TaskCompletionSource Opened()
    {
        var source = new TaskCompletionSource();
        source.SetResult();
        return source;
    }
}
