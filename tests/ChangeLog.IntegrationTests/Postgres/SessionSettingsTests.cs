using ChangeLog.IntegrationTests.Dispatching;
using ChangeLog.Postgres;
using ChangeLog.Reading;
using ChangeLog.TestSupport;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Postgres;

/// <summary>What a role, a database or a server has set holds up no worker and no verb.</summary>
public sealed class SessionSettingsTests : IAsyncLifetime
{
    private static readonly string[] Hostile =
    [
        "default_transaction_read_only = on", "default_transaction_isolation = serializable",
        "default_transaction_deferrable = on", "statement_timeout = 1234567", "lock_timeout = 1234567",
        "idle_in_transaction_session_timeout = 1234567", "search_path = evil", "standard_conforming_strings = off",
        "array_nulls = off", "quote_all_identifiers = on", "row_security = off", "bytea_output = escape",
        "DateStyle = 'SQL, DMY'", "IntervalStyle = sql_standard", "extra_float_digits = -10",
        "transform_null_equals = on", "jit = on",
    ];

    private const string InForce =
        """
        select concat_ws('|', current_setting('default_transaction_read_only'),
            current_setting('default_transaction_isolation'),
            current_setting('default_transaction_deferrable'), current_setting('statement_timeout'),
            current_setting('lock_timeout'), current_setting('idle_in_transaction_session_timeout'),
            current_setting('search_path'), current_setting('standard_conforming_strings'),
                current_setting('array_nulls'),
            current_setting('quote_all_identifiers'), current_setting('row_security'), current_setting('bytea_output'),
            current_setting('DateStyle'), current_setting('IntervalStyle'), current_setting('extra_float_digits'),
            current_setting('transform_null_equals'), current_setting('jit'))
        """;

    private TestDatabase _database = null!;

    public static bool HasPgBouncer => PgBouncer.IsInstalled;

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Theory]
    [InlineData("Handlers")]
    [InlineData("Listener")]
    [InlineData("Doorbell")]
    [InlineData("Install")]
    [InlineData("Reconcile")]
    [InlineData("Cli")]
    public async Task Each_session_of_ours_begins_with_what_it_needs_and_keeps_it(string role)
    {
        foreach (var setting in Hostile)
        {
            await _database.ExecuteAsync($"alter database {_database.Name} set {setting}");
        }

        await using var sources = Sources(_database.ConnectionString + ";Maximum Pool Size=1");
        var source = sources.For(Enum.Parse<ConnectionRole>(role));

        // the second time from the pool
        for (var i = 0; i < 2; i++)
        {
            (await source.ScalarAsync<string>(InForce)).ShouldBe(
                "off|read committed|off|0|0|0|pg_catalog, pg_temp|on|on|off|on|hex|ISO, MDY|postgres|1|off|off");
        }
    }

    [Fact]
    public async Task What_the_connection_string_sets_itself_is_left()
    {
        await using var sources = Sources(_database.ConnectionStringFor(b => b.Options = "-c statement_timeout=77s"));

        (await sources.For(ConnectionRole.Cli).ScalarAsync<string>("show statement_timeout")).ShouldBe("77s");
    }

    [Theory(Skip = "pgbouncer is not installed", SkipUnless = nameof(HasPgBouncer))]
    [InlineData("transaction")]
    [InlineData("session")]
    public async Task A_session_that_a_pooler_lends_to_the_application_next_is_left_as_it_is(string mode)
    {
        await using var pooler = await PgBouncer.StartAsync(_database.ConnectionString, mode);
        var pooled = _database.ConnectionStringFor(builder =>
        {
            builder.Port = pooler.Port;
            builder.Pooling = false;
            builder.Options = null;
        });
        await using (var sources = Sources(pooled))
        {
            (await sources.For(ConnectionRole.Handlers).ScalarAsync<string>("show search_path"))
                .ShouldBe("\"$user\", public");
        }

        await using var application = NpgsqlDataSource.Create(pooled);
        (await application.ScalarAsync<string>("show search_path")).ShouldBe("\"$user\", public");
    }

    [Fact]
    public async Task A_worker_goes_on_when_its_role_is_made_read_only_and_its_connections_are_lost()
    {
        var role = await _database.CreateRoleAsync("superuser");
        await _database.ExecuteAsync(
            "create table public.seen (handler text, position bigint); create table item (id int primary key)");
        await using var worker = await new HostedWorker(
            _database.ConnectionStringFor(b => (b.Username, b.Password) = (role.Name, role.Password)),
            HostedWorker.ShortWaits,
            new CollectingHandler("collect", Streams.Changes)).StartAsync(everything: true);
        await _database.ExecuteAsync("insert into item values (1)");
        await SeenAsync(1);

        await _database.ExecuteAsync(
            $"""
            alter role {role.Name} set default_transaction_read_only = on;
            select pg_terminate_backend(pid) from pg_stat_activity where usename = '{role.Name}';
            insert into item values (2)
            """);

        await SeenAsync(2);
        await _database.WaitUntilAsync("select exists (select from changelog.worker)");
    }

    [Fact]
    public async Task A_handler_of_the_applications_finds_its_tables_by_the_path_of_the_role()
    {
        await _database.ExecuteAsync(
            "create schema shop; create table shop.noted (position bigint); create table item (id int primary key)");
        await _database.ExecuteAsync($"alter database {_database.Name} set search_path = shop");
        await using var worker = await new HostedWorker(
            _database, HostedWorker.ShortWaits, new Noting()).StartAsync(everything: true);

        await _database.ExecuteAsync("insert into public.item values (1)");

        await _database.WaitUntilAsync("select count(*) = 1 from shop.noted");
    }

    private static DataSources Sources(string connectionString) => new(
        new ConfigurationBuilder()
            .AddInMemoryCollection([KeyValuePair.Create("ConnectionStrings:ChangeLog", (string?)connectionString)])
            .Build(),
        NullLoggerFactory.Instance);

    private Task SeenAsync(int count) =>
        _database.WaitUntilAsync(
            $"select count(*) = {count} from public.seen s join logs.change c using (position) "
                + "where table_name = 'item'");

    private sealed class Noting : ChangeLog.Handlers.IHandler
    {
        public string Name => "noting";

        public Streams Reads => Streams.Changes;

        public Task HandleAsync(Page page, CancellationToken cancellationToken) =>
            page.ExecuteAsync("insert into noted select unnest(@changes)", cancellationToken);
    }
}
