using ChangeLog.Handlers;
using ChangeLog.Reading;

namespace ChangeLog.IntegrationTests.Dispatching;

/// <summary>Writes a row for each change of an item and each event, in a statement that a test may let fail.</summary>
internal sealed class FillingHandler(string name, Streams reads) : IHandler
{
    public const string Tables =
        """
        insert into changelog.exclusion (pattern, schema_like, table_like) values
            ('public.target', 'public', 'target'), ('public.rule', 'public', 'rule');
        create table public.item (id integer primary key, n text);
        create table public.target (
            nth bigint generated always as identity primary key,
            handler text not null,
            position bigint not null,
            id integer,
            n integer,
            constraint "n is no -23" check (n <> -23));
        create table public.rule (n integer primary key, error text not null);
        create function public.refuse() returns trigger language plpgsql as $$
        declare
            code text := (select r.error from public.rule r where r.n = new.n or r.n = 0);
        begin
            if code is not null then
                raise exception 'refused ''%''', new.n using errcode = code, detail = 'hunter2';
            end if;
            return new;
        end $$;
        create trigger refuse before insert on public.target for each row execute function public.refuse()
        """;

    private const string Fill =
        """
        insert into public.target (handler, position, id, n)
        select $name$, e.position, e.id, e.n::integer
        from (
            select c.position, (c.record_data ->> 'id')::integer as id, c.record_data ->> 'n' as n
            from logs.page_changes(@changes, @logged_from, @logged_until) c
            where c.table_name = 'item'
            union all
            select e.position, (e.payload ->> 'id')::integer, e.payload ->> 'n'
            from lib_event.event e
            where e.position = any (@events)
            and e.event_type = 'test.item.seen') e
        order by e.position
        """;

    public string Name => name;

    public Streams Reads => reads;

    public HandlerFilter Filter { get; init; } = HandlerFilter.Everything;

    /// <summary>Done before the statement, for each page.</summary>
    public Func<Page, CancellationToken, Task> Before { get; init; } = (_, _) => Task.CompletedTask;

    public async Task HandleAsync(Page page, CancellationToken cancellationToken)
    {
        await Before(page, cancellationToken);
        await page.ExecuteAsync(Fill.Replace("$name$", $"'{name}'", StringComparison.Ordinal), cancellationToken);
    }
}
