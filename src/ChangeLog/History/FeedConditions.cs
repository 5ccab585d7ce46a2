using System.Globalization;
using ChangeLog.Postgres;

namespace ChangeLog.History;

/// <summary>A filter of the feed as SQL: on the index of the handler enrich, and on the log itself.</summary>
/// <remarks>
/// What enrich has derived narrows only; the log decides, since the index holds hashes of long keys and nothing of what
/// is not handled yet.
/// </remarks>
internal sealed class FeedConditions
{
    private readonly List<string> _ofDetails = [];
    private readonly List<string> _ofChanges = [];
    private readonly List<Parameter> _parameters = [];

    /// <param name="filter">The filter.</param>
    /// <param name="tables">The tables that it means; null: any.</param>
    /// <param name="keys">The forms that the record's key may have; null: any record.</param>
    /// <param name="hasRequests">Whether all details have their request_id.</param>
    public FeedConditions(
        FeedFilter filter, FeedTables? tables, IReadOnlyList<string>? keys, bool hasRequests)
    {
        IsIndexed = filter is { Transaction: not null } or { Actor: not null }
            || (filter.Request is not null && hasRequests)
            || (filter.Record is { } record && (filter.Tables.Count > 0 || Guid.TryParse(record, out _)));
        if (tables is not null)
        {
            var oids = Bind(Parameter.Oids(tables.Oids));
            _ofDetails.Add($"d.table_oid = any({oids} || {Bind(Parameter.Oids(tables.NamedOids))})");
            _ofChanges.Add(
                $"""
                case
                    when c.position > (select changelog.boundary()) then c.table_oid = any({oids})
                    else c.table_schema || '.' || c.table_name = any({Bind(Parameter.Texts(tables.Names))})
                end
                """);
        }

        if (keys is not null)
        {
            var formats = Bind(Parameter.Texts(keys));
            _ofDetails.Add($"d.record_id = any(array(select logs.index_key(k) from unnest({formats}) k))");
            _ofChanges.Add($"c.record_id = any({formats})");
            if (tables is null && keys is [var only] && Guid.TryParseExact(only, "D", out var uuid))
            {
                _ofDetails.Add($"d.record_uuid = {Bind(uuid)}");
            }
        }

        if (filter.Actor is { } actor)
        {
            var given = Bind(actor);
            _ofDetails.Add($"d.actor_id = logs.index_key({given})");
            _ofChanges.Add($"t.actor_id = {given}");
        }

        if (filter.Actions.Count > 0)
        {
            var actions = Bind(Parameter.Texts(filter.Actions));
            _ofDetails.Add($"d.action = any({actions})");
            _ofChanges.Add($"logs.change_action(c.op, c.record_data, c.previous_data) = any({actions})");
        }

        if (filter.Columns.Count > 0)
        {
            var columns = Bind(Parameter.Texts(filter.Columns));
            _ofDetails.Add($"d.changed_columns && {columns}");
            _ofChanges.Add($"c.previous_data ?| {columns}");
        }

        AddTimes(filter);
        AddOrigin(filter, hasRequests);
        foreach (var (column, value) in filter.Values)
        {
            var (name, text) = (Bind(column), Bind(value));
            _ofChanges.Add($"(c.record_data ->> {name} = {text} or c.previous_data ->> {name} = {text})");
        }
    }

    /// <summary>Whether an index narrows the search to little more than what is found.</summary>
    public bool IsIndexed { get; }

    /// <summary>The parameters so far; a query may bind more.</summary>
    public Parameter[] Parameters => [.. _parameters];

    /// <summary>Of a row d of <c>logs.change_details</c>.</summary>
    public string OfDetails => All(_ofDetails);

    /// <summary>Of a change c and its transaction t.</summary>
    public string OfChanges => All(_ofChanges);

    /// <summary>The parameter's name in the statement.</summary>
    public string Bind(Parameter parameter)
    {
        _parameters.Add(parameter);
        return "$" + _parameters.Count.ToString(CultureInfo.InvariantCulture);
    }

    private static string All(List<string> conditions) =>
        conditions.Count == 0 ? "true" : string.Join("\nand ", conditions);

    private void AddTimes(FeedFilter filter)
    {
        if (filter.Since is { } since)
        {
            var from = Bind((DateTime?)since.UtcDateTime);
            _ofDetails.Add($"d.logged_at >= {from}");
            _ofChanges.Add($"c.logged_at >= {from}");
        }

        if (filter.Until is { } until)
        {
            var to = Bind((DateTime?)until.UtcDateTime);
            _ofDetails.Add($"d.logged_at < {to}");
            _ofChanges.Add($"c.logged_at < {to}");
        }
    }

    private void AddOrigin(FeedFilter filter, bool hasRequests)
    {
        if (filter.User is { } user)
        {
            var name = Bind(user);
            _ofChanges.Add($"(t.db_user = {name} or t.db_role = {name})");
        }

        if (filter.Application is { } application)
        {
            _ofChanges.Add($"t.application_name = {Bind(application)}");
        }

        if (filter.Request is { } request)
        {
            var id = Bind(request);
            _ofChanges.Add($"t.context ->> 'request_id' = {id}");
            if (hasRequests)
            {
                _ofDetails.Add($"d.request_id = logs.index_key({id})");
            }
        }

        if (filter.Transaction is { } transaction)
        {
            _ofChanges.Add($"t.event__id = {Bind(transaction)}");
        }
    }
}
