using System.Security.Cryptography;
using Npgsql;

namespace ChangeLog.TestSupport;

/// <summary>
/// A database of a test's own, cloned from the installed template and dropped with everything connected to it.
/// </summary>
public sealed class TestDatabase : IAsyncDisposable
{
    // a test that holds more connections than this at once should say so with DataSourceFor
    private const int MaxPoolSize = 40;

    // seconds, of the tests' own statements: none is to fail for what else the machine does
    private const int CommandTimeout = 120;

    private readonly PostgresServer _server;
    private readonly List<NpgsqlDataSource> _dataSources = [];
    private readonly List<string> _roles = [];

    private TestDatabase(PostgresServer server, string name)
    {
        _server = server;
        Name = name;
        ConnectionString = new NpgsqlConnectionStringBuilder(server.ConnectionString)
        {
            Database = name,
            ApplicationName = "tests",
            MaxPoolSize = MaxPoolSize,
            IncludeErrorDetail = true,
        }.ConnectionString;
        DataSource = NpgsqlDataSource.Create(ConnectionStringFor(builder => builder.CommandTimeout = CommandTimeout));
    }

    public string Name { get; }

    /// <summary>The owner's, a superuser on a private server.</summary>
    public string ConnectionString { get; }

    public NpgsqlDataSource DataSource { get; }

    /// <summary>With ChangeLog installed, its triggers on no table yet but the DDL event trigger in place.</summary>
    public static async Task<TestDatabase> CreateAsync() => await CreateAsync(await PostgresServer.GetAsync());

    /// <summary>The same on a server of the test's own.</summary>
    public static async Task<TestDatabase> CreateAsync(PostgresServer server) =>
        await CreateAsync(server, await server.TemplateAsync());

    /// <summary>With nothing in it: for tests of the install itself.</summary>
    public static async Task<TestDatabase> CreateEmptyAsync() =>
        await CreateEmptyAsync(await PostgresServer.GetAsync());

    /// <summary>The same on a server of the test's own.</summary>
    public static async Task<TestDatabase> CreateEmptyAsync(PostgresServer server) =>
        await CreateAsync(server, "template0");

    /// <summary>With nothing in it and another encoding than UTF-8.</summary>
    public static async Task<TestDatabase> CreateInEncodingAsync(string encoding) =>
        await CreateAsync(
            await PostgresServer.GetAsync(), $"template0 encoding '{encoding}' lc_collate 'C' lc_ctype 'C'");

    public async Task<NpgsqlConnection> OpenConnectionAsync() => await DataSource.OpenConnectionAsync();

    /// <summary>Another data source on this database, closed with it: another role, name or pool.</summary>
    public NpgsqlDataSource DataSourceFor(Action<NpgsqlConnectionStringBuilder> change)
    {
        var dataSource = NpgsqlDataSource.Create(ConnectionStringFor(change));
        _dataSources.Add(dataSource);
        return dataSource;
    }

    public string ConnectionStringFor(Action<NpgsqlConnectionStringBuilder> change)
    {
        var builder = new NpgsqlConnectionStringBuilder(ConnectionString);
        change(builder);
        return builder.ConnectionString;
    }

    /// <summary>A role that may log in, under a name no other test has; dropped with the database.</summary>
    public async Task<TestRole> CreateRoleAsync(string attributes = "")
    {
        var role = new TestRole($"changelog_test_{Guid.NewGuid():N}", RandomNumberGenerator.GetHexString(16));
        await _server.Admin.ExecuteAsync($"create role {role.Name} login password '{role.Password}' {attributes}");
        _roles.Add(role.Name);
        return role;
    }

    public NpgsqlDataSource DataSourceFor(TestRole role) =>
        DataSourceFor(builder => (builder.Username, builder.Password) = (role.Name, role.Password));

    public Task<int> ExecuteAsync(string sql, params object?[] parameters) =>
        DataSource.ExecuteAsync(sql, parameters);

    public Task<T> ScalarAsync<T>(string sql, params object?[] parameters) =>
        DataSource.ScalarAsync<T>(sql, parameters);

    public Task<IReadOnlyList<IReadOnlyDictionary<string, object?>>> QueryAsync(
        string sql, params object?[] parameters) => DataSource.QueryAsync(sql, parameters);

    public Task<IReadOnlyList<string>> LinesAsync(string sql, params object?[] parameters) =>
        DataSource.LinesAsync(sql, parameters);

    /// <summary>The server's major version, for tests of what older ones have not got.</summary>
    public Task<int> ServerVersionAsync() =>
        ScalarAsync<int>("select current_setting('server_version_num')::int / 10000");

    /// <summary>Waits until the query's first value is true; null or no row are not.</summary>
    public Task WaitUntilAsync(string sql, params object?[] parameters) =>
        Eventually.TrueAsync(sql, async () => await LinesAsync(sql, parameters) is ["t", ..]);

    public async ValueTask DisposeAsync()
    {
        foreach (var dataSource in _dataSources)
        {
            await dataSource.DisposeAsync();
        }

        await DataSource.DisposeAsync();
        await _server.Admin.ExecuteAsync($"drop database if exists {Name} with (force)");
        foreach (var role in _roles)
        {
            await _server.Admin.ExecuteAsync($"drop role if exists {role}");
        }
    }

    private static async Task<TestDatabase> CreateAsync(PostgresServer server, string template)
    {
        var name = $"changelog_test_{Guid.NewGuid():N}";
        await server.Admin.ExecuteAsync($"create database {name} template {template}");
        return new TestDatabase(server, name);
    }
}
