using ChangeLog.Postgres;
using ChangeLog.Settings;
using Microsoft.Extensions.Configuration;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Postgres;

/// <summary>Which variable wins, and what is left to those of libpq.</summary>
public sealed class LibpqVariablesTests
{
    private const string Ours = "ConnectionStrings:ChangeLog";

    [Theory]
    [InlineData("Host=ours;Database=a", "postgres://url/b", "pg", "ours", "a")]
    [InlineData("", "postgres://url/b", "pg", "url", "b")]
    [InlineData(null, "host=url dbname=b", "pg", "url", "b")]
    [InlineData(null, "Host=url;Database=b", null, "url", "b")]
    [InlineData(null, "", "pg", "pg", "c")]
    public void Ours_comes_before_DATABASE_URL_and_that_before_PG(
        string? ours, string? url, string? host, string expected, string database)
    {
        var read = Read((Ours, ours), ("DATABASE_URL", url), ("PGHOST", host), ("PGDATABASE", "c"));

        (read.Host, read.Database).ShouldBe((expected, database));
    }

    [Theory]
    [InlineData("Host=h;Port=5432")]
    [InlineData("host=h port=5432")]
    [InlineData("postgres://h:5432")]
    public void What_a_string_leaves_out_is_theirs_whatever_its_form(string text)
    {
        var read = Read(
            (Ours, text), ("PGHOST", "no"), ("PGPORT", "1"), ("PGDATABASE", "d"), ("PGUSER", "u"),
            ("PGSSLMODE", "verify-full"), ("PGCONNECT_TIMEOUT", "7"), ("PGTARGETSESSIONATTRS", "any"),
            ("PGAPPNAME", "no"));

        (read.Host, read.Port, read.Database, read.Username, read.SslMode, read.Timeout).ShouldBe(
            ("h", 5432, "d", "u", SslMode.VerifyFull, 7));
        (read.TargetSessionAttributes, read.ApplicationName).ShouldBe(("any", null));
    }

    [Fact]
    public void They_may_name_several_hosts() =>
        Read(("PGHOST", "a,b"), ("PGPORT", "1,2")).Host.ShouldBe("a:1,b:2");

    [Fact]
    public void A_database_alone_is_on_this_machine()
    {
        var read = Read(("PGDATABASE", "shop"), ("PGPORT", "5999"));

        (read.Host, read.Port, read.Database).ShouldBe(("localhost", 5999, "shop"));
    }

    [Fact]
    public void A_root_certificate_of_theirs_is_verified_too() =>
        Read((Ours, "host=h sslmode=require"), ("PGSSLROOTCERT", "/ca")).SslMode.ShouldBe(SslMode.VerifyCA);

    [Theory]
    [InlineData("PGPORT", "The environment variable PGPORT has an invalid value.")]
    [InlineData("PGSSLMODE", "The environment variable PGSSLMODE has an invalid value.")]
    [InlineData("DATABASE_URL", "DATABASE_URL is invalid: ")]
    public void One_that_is_invalid_is_named_without_its_value(string variable, string sentence)
    {
        var problem = Should.Throw<SettingsException>(() => Read(("PGHOST", "h"), (variable, "secret")))
            .Problems.ShouldHaveSingleItem();

        problem.ShouldStartWith(sentence);
        problem.ShouldNotContain("secret");
    }

    [Fact]
    public void A_user_or_password_alone_names_no_database() =>
        Should.Throw<SettingsException>(() => Read(("PGUSER", "u"), ("PGPASSWORD", "p"), ("PGPORT", "1")))
            .Problems.ShouldHaveSingleItem().ShouldStartWith("No database is configured");

    [Theory]
    [InlineData("postgres://h/d", "DATABASE_URL")]
    [InlineData(null, "the PG* variables")]
    public void A_failure_says_where_the_address_is_from(string? url, string source) =>
        Server.Of(Configuration(("DATABASE_URL", url), ("PGHOST", "h"), ("PGUSER", "u"), ("PGDATABASE", "d")))
            .ShouldBe(new Server("h:5432", "d", "u", source));

    private static NpgsqlConnectionStringBuilder Read(params (string Name, string? Value)[] variables) =>
        ConnectionText.Read(Configuration(variables));

    private static IConfiguration Configuration(params (string Name, string? Value)[] variables) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(variables.Select(one => KeyValuePair.Create(one.Name, one.Value)))
            .Build();
}
