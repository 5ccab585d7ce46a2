using System.Data.Common;
using System.Diagnostics;
using OpenTelemetry;

namespace ChangeLog.Telemetry;

/// <summary>Keeps values out of statement spans: literals, and error messages, which may quote a row.</summary>
/// <remarks>
/// Npgsql never records parameters, but it puts an error's message into an event and the statement's text into a tag,
/// and has no setting to prevent that.
/// </remarks>
internal sealed class DatabaseSpans : BaseProcessor<Activity>
{
    private const string Npgsql = "Npgsql";
    private const string Message = "exception.message";
    private const string StackTrace = "exception.stacktrace";
    private const string Statement = "db.query.text";

    private readonly ActivityListener _listener = new()
    {
        ShouldListenTo = source => source.Name == Npgsql,
        ExceptionRecorder = Record,
    };

    public DatabaseSpans() => ActivitySource.AddActivityListener(_listener);

    public override void OnEnd(Activity data)
    {
        if (data.Status == ActivityStatusCode.Error)
        {
            data.SetStatus(ActivityStatusCode.Error, data.GetTagItem(TelemetryNames.ErrorTypeTag) as string);
        }

        if (data.GetTagItem(Statement) is string statement)
        {
            data.SetTag(Statement, StatementText.WithoutValues(statement));
        }
    }

    protected override void Dispose(bool disposing)
    {
        _listener.Dispose();
        base.Dispose(disposing);
    }

    // tags set here are not taken from the exception
    private static void Record(Activity activity, Exception exception, ref TagList tags)
    {
        tags.Add(Message, (exception as DbException)?.SqlState ?? exception.GetType().Name);
        tags.Add(StackTrace, exception.StackTrace ?? string.Empty);
    }
}
