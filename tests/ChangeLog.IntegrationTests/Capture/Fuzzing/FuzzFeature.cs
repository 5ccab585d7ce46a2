namespace ChangeLog.IntegrationTests.Capture.Fuzzing;

/// <summary>What tables and writes of real schemas have, each of which has broken change capture somewhere.</summary>
internal enum FuzzFeature
{
    /// <summary>Plain inserts, updates and deletes of columns of many types, some of which fail.</summary>
    PlainWrites,

    /// <summary>Columns that are computed from others, stored and (from PostgreSQL 18 on) virtual.</summary>
    GeneratedColumns,

    /// <summary>Identity and serial columns, written with OVERRIDING, restarted and set to their default.</summary>
    IdentityColumns,

    /// <summary>Domains over domains and over arrays, with checks and defaults, which are altered later.</summary>
    Domains,

    /// <summary>Enums whose values are added and renamed between writes.</summary>
    Enums,

    /// <summary>Composite types, nested and in arrays, of which parts are assigned and attributes added.</summary>
    CompositeTypes,

    /// <summary>Ranges, multiranges and range types of the application's own, under exclusion constraints.</summary>
    Ranges,

    /// <summary>
    /// Partitions by range, list and hash, on several levels, with a default one; rows that move between them.
    /// </summary>
    Partitions,

    /// <summary>Partitions that are made, attached, detached and dropped between writes.</summary>
    ChangingPartitions,

    /// <summary>
    /// Tables that inherit from others, with columns of their own, and come and go in their hierarchy.
    /// </summary>
    Inheritance,

    /// <summary>Foreign keys to the table itself and in chains, with every action, immediate and deferred.</summary>
    ForeignKeys,

    /// <summary>
    /// BEFORE triggers that change or swallow the row; AFTER triggers that write it again, or other tables.
    /// </summary>
    RowTriggers,

    /// <summary>Constraint triggers that run at commit and write then.</summary>
    DeferredTriggers,

    /// <summary>Views that are written: updatable by themselves, with a check, or by INSTEAD OF triggers.</summary>
    Views,

    /// <summary>Rules that write elsewhere as well, or instead.</summary>
    Rules,

    /// <summary>Row level security, forced as well, under roles that may not touch the log.</summary>
    RowSecurity,

    /// <summary>ON CONFLICT in its forms.</summary>
    Upserts,

    /// <summary>MERGE, which inserts, updates and deletes in one statement (from PostgreSQL 15 on).</summary>
    Merge,

    /// <summary>
    /// Statements that write several tables at once, or are steered by others: writable CTEs, FROM, USING.
    /// </summary>
    JoinedWrites,

    /// <summary>COPY FROM.</summary>
    Copy,

    /// <summary>TRUNCATE of one table and of several, with CASCADE and RESTART IDENTITY.</summary>
    Truncate,

    /// <summary>
    /// No key, keys of several columns and of odd types, keys that change, an index for a key, replica identities.
    /// </summary>
    Keys,

    /// <summary>Unlogged tables.</summary>
    UnloggedTables,

    /// <summary>Tables of a type, which gets another attribute later.</summary>
    TypedTables,

    /// <summary>Schemas, tables and columns named by keywords, with quotes, capitals, dots and beyond ASCII.</summary>
    OddNames,

    /// <summary>Columns that are gone but still have their place in the row.</summary>
    DroppedColumns,

    /// <summary>More than a thousand columns.</summary>
    WideTables,

    /// <summary>Values that are stored out of line, and are not touched when others are.</summary>
    LargeValues,

    /// <summary>Full-text columns that triggers keep.</summary>
    TextSearch,

    /// <summary>
    /// DDL between the writes of one transaction: columns added, dropped, renamed and retyped, keys, defaults.
    /// </summary>
    ChangingTables,

    /// <summary>Tables that are renamed, get another schema, or live for a single transaction.</summary>
    MovingTables,

    /// <summary>Savepoints undone, and exceptions that PL/pgSQL catches.</summary>
    Savepoints,

    /// <summary>Procedures that commit and roll back in between.</summary>
    Procedures,

    /// <summary>PREPARE TRANSACTION, committed and rolled back.</summary>
    PreparedTransactions,

    /// <summary>
    /// Statement triggers of the application's own that read transition tables, and TRUNCATE triggers.
    /// </summary>
    StatementTriggers,

    /// <summary>Writes by functions, cursors and prepared statements.</summary>
    Functions,

    /// <summary>Temporary tables and materialized views, which are not captured, between tables that are.</summary>
    Uncaptured,

    /// <summary>Types and operator classes of the extensions citext, hstore, ltree and btree_gist.</summary>
    Extensions,
}
