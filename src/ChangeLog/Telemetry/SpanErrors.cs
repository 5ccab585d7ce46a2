using System.Data.Common;
using System.Diagnostics;
using OpenTelemetry;

namespace ChangeLog.Telemetry;

/// <summary>Keeps what errors say out of traces, for they may quote a row; of which kind they are, and where, stays.</summary>
/// <remarks>Npgsql writes an error's message and text into an event of its span, and has no setting that keeps them out.</remarks>
internal sealed class SpanErrors : BaseProcessor<Activity>
{
    private const string Message = "exception.message";
    private const string StackTrace = "exception.stacktrace";

    private readonly ActivityListener _listener;

    public SpanErrors(string source)
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = known => known.Name == source,
            ExceptionRecorder = Record,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public override void OnEnd(Activity data)
    {
        if (data.Status == ActivityStatusCode.Error)
        {
            data.SetStatus(ActivityStatusCode.Error, data.GetTagItem(TelemetryNames.ErrorTypeTag) as string);
        }
    }

    protected override void Dispose(bool disposing)
    {
        _listener.Dispose();
        base.Dispose(disposing);
    }

    // what is given here is not asked of the exception
    private static void Record(Activity activity, Exception exception, ref TagList tags)
    {
        tags.Add(Message, (exception as DbException)?.SqlState ?? exception.GetType().Name);
        tags.Add(StackTrace, exception.StackTrace ?? string.Empty);
    }
}
