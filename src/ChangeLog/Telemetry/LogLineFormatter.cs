using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace ChangeLog.Telemetry;

/// <summary>One line per entry: time, level, message. Stack traces only at debug level.</summary>
internal sealed class LogLineFormatter(TimeProvider time) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "line";

    public override void Write<TState>(
        in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var now = time.GetLocalNow().ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
        var sentence = logEntry.Formatter(logEntry.State, logEntry.Exception);
        var reason = logEntry.Exception is null ? string.Empty : $": {logEntry.Exception.Message}";
        textWriter.WriteLine($"{now} {Word(logEntry.LogLevel)} {OneLine(sentence + reason)}");
        if (logEntry is { Exception: { } error, LogLevel: <= LogLevel.Debug })
        {
            // indented, so that no text in it passes for an entry
            foreach (var line in error.ToString().ReplaceLineEndings("\n").Split('\n'))
            {
                textWriter.WriteLine($"    {EscapedText.Of(line)}");
            }
        }
    }

    private static string OneLine(string text) => EscapedText.Of(text.ReplaceLineEndings(" "));

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info ",
        LogLevel.Warning => "warn ",
        LogLevel.Error => "error",
        _ => "fatal",
    };
}
