using ChangeLog.TestSupport;
using ChangeLogWorker.Demo.Server;
using Npgsql;
using Xunit;

namespace ChangeLog.IntegrationTests.Schema;

/// <summary>
/// A server with the roles of deploy/database/create_roles.sql, a login in each, and an application's tables.
/// </summary>
public sealed class RolesServer : IAsyncLifetime
{
    private readonly List<NpgsqlDataSource> _dataSources = [];
    private EmbeddedPostgres _server = null!;

    /// <summary>A superuser: the DBA.</summary>
    internal NpgsqlDataSource Admin { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await EmbeddedPostgres.StartAsync(
            PostgresServer.BinDirectory, PostgresServer.QuickSettings, CancellationToken.None);
        Admin = Remember(NpgsqlDataSource.Create(_server.ConnectionString()));
        var roles = await ScriptAsync();
        await Admin.ExecuteAsync(roles);
        await Admin.ExecuteAsync(roles);
        await Admin.ExecuteAsync(
            """
            create role deployer login password 'p' in role changelog_owner;
            alter role deployer set role to changelog_owner;
            create role daemon login password 'p' in role changelog_worker;
            create role auditor login password 'p' in role changelog_reader;
            create role shop login password 'p' in role changelog_application;
            create schema auth create table users (id uuid primary key);
            insert into auth.users values ('11111111-1111-4111-8111-111111111111');
            grant usage on schema auth to changelog_owner;
            grant select, references on auth.users to changelog_owner;
            create schema shop authorization shop;
            create table shop.item (id integer primary key);
            alter table shop.item owner to shop;
            grant usage on schema shop to changelog_owner;
            grant trigger on all tables in schema shop, auth to changelog_owner;
            alter default privileges for role shop in schema shop grant trigger on tables to changelog_owner;
            """);
        await CleanerLogin.EnsureAsync(Admin);
        await As("deployer").InstallAsync(Installs.WithUsers("auth.users", keys: true));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var dataSource in _dataSources)
        {
            await dataSource.DisposeAsync();
        }

        await _server.DisposeAsync();
    }

    internal static Task<string> ScriptAsync() =>
        File.ReadAllTextAsync(Path.Combine(Repository, "deploy/database/create_roles.sql"));

    internal string ConnectionStringTo(string database) =>
        new NpgsqlConnectionStringBuilder(_server.ConnectionString()) { Database = database }.ConnectionString;

    internal string ConnectionStringOf(string login) =>
        new NpgsqlConnectionStringBuilder(
            _server.ConnectionString()) { Username = login, Password = "p" }.ConnectionString;

    internal NpgsqlDataSource As(string login) => Remember(NpgsqlDataSource.Create(ConnectionStringOf(login)));

    // the test runs from somewhere below the repository
    private static string Repository { get; } = Above(AppContext.BaseDirectory);

    private static string Above(string directory) =>
        File.Exists(Path.Combine(directory, "ChangeLog.sln")) ? directory : Above(Path.GetDirectoryName(directory)!);

    private NpgsqlDataSource Remember(NpgsqlDataSource dataSource)
    {
        _dataSources.Add(dataSource);
        return dataSource;
    }
}
