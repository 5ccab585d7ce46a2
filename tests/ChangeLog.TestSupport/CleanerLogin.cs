using Npgsql;

namespace ChangeLog.TestSupport;

/// <summary>
/// The login in whose sessions links of the application's tables are cleared: one for all databases of a server.
/// </summary>
public static class CleanerLogin
{
    public const string Name = "changelog_test_cleaner";

    public const string Password = "p";

    /// <summary>Makes it, where it is not there yet.</summary>
    public static Task EnsureAsync(NpgsqlDataSource superuser) => superuser.ExecuteAsync(
        $"""
        do $make$
        begin
            if to_regrole('{Name}') is null then
                create role {Name} login password '{Password}' in role changelog_links;
            end if;
        exception when duplicate_object or unique_violation then
            null; -- another test was faster
        end
        $make$
        """);

    public static string ConnectionString(string connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Username = Name, Password = Password }.ConnectionString;
}
