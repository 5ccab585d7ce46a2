using ChangeLog.Reading;

namespace ChangeLog.Handlers.SqlFiles;

/// <summary>Runs a SQL file over each page: a handler without C#.</summary>
internal sealed class SqlHandler(string name, Streams reads, HandlerFilter filter, bool fromNow, string sql) : IHandler
{
    public string Name => name;

    public Streams Reads => reads;

    public HandlerFilter Filter => filter;

    public bool FromNow => fromNow;

    public Task HandleAsync(Page page, CancellationToken cancellationToken) =>
        page.ExecuteAsync($"{Page.TheirSearchPath};\n{sql}", cancellationToken);
}
