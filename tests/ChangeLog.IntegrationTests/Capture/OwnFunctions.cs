using ChangeLog.TestSupport;

namespace ChangeLog.IntegrationTests.Capture;

/// <summary>Tables' own row trigger functions, as tests look at them.</summary>
internal static class OwnFunctions
{
    // a session that reconciles by itself: the DDL event triggers keep quiet
    public const string Unfollowed = "set changelog.reconciling = 'on'; ";

    public static string Literal(string value) => "E'" + value.Replace("\\", "\\\\").Replace("'", "\\'") + "'";

    public static Task<long> OwnFunctionsAsync(this TestDatabase database, string table) => database.ScalarAsync<long>(
        $"""
        select count(*)
        from pg_trigger g
        where g.tgrelid = {Literal(table)}::regclass
        and g.tgfoid::regproc::text = 'logs.capture_' || g.tgrelid
        """);
}
