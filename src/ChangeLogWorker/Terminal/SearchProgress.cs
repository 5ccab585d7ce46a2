using System.Diagnostics;
using System.Globalization;

namespace ChangeLogWorker.Terminal;

/// <summary>One line that says how far a search has come, written over itself, and removed at the end.</summary>
/// <param name="terminal">Where to write; null: nowhere.</param>
/// <param name="doing">What is being done.</param>
internal sealed class SearchProgress(TextWriter? terminal, string doing) : IProgress<double>, IDisposable
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    private readonly long _started = Stopwatch.GetTimestamp();
    private int _width;

    /// <param name="value">The share that is done, 0 to 1.</param>
    public void Report(double value)
    {
        if (terminal is null || Stopwatch.GetElapsedTime(_started) < Quiet)
        {
            return;
        }

        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"{doing}, {Math.Clamp(value, 0, 1) * 100:0}% (Ctrl+C stops)");
        terminal.Write("\r" + line);
        _width = line.Length;
    }

    public void Dispose() => terminal?.Write(_width == 0 ? string.Empty : "\r" + new string(' ', _width) + "\r");
}
