using ChangeLog.Postgres;
using ChangeLog.Settings;
using Microsoft.Extensions.Configuration;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Postgres;

public sealed class ConnectionTextTests
{
    [Fact]
    public void A_uri_is_read_as_psql_reads_it()
    {
        var read = Read("postgres://an%40na:p%2Bw+d@db.example:5433/shop?sslmode=require");

        (read.Host, read.Port, read.Database, read.Username, read.Password, read.SslMode)
            .ShouldBe(("db.example", 5433, "shop", "an@na", "p+w+d", SslMode.Require));
    }

    [Theory]
    [InlineData("postgres://u:p@a:5433,b:5434,c/d?target_session_attrs=read-write", "a:5433,b:5434,c", "d", "p")]
    [InlineData("postgresql://[::1]:5433,[::2]/d", "[::1]:5433,[::2]", "d", null)]
    [InlineData("postgres://u:p@q@h/d", "h", "d", "p@q")]
    [InlineData("postgres://u@%2Fvar%2Frun%2Fpostgresql/d", "/var/run/postgresql", "d", null)]
    [InlineData("postgres://[::1]/my%20db", "[::1]", "my db", null)]
    [InlineData("postgresql:///d?host=/run/a&user=u&password=p", "/run/a", "d", "p")]
    public void A_uri_may_name_several_hosts(string text, string host, string database, string? password)
    {
        var read = Read(text);

        (read.Host, read.Database, read.Password).ShouldBe((host, database, password));
    }

    [Fact]
    public void A_name_that_only_looks_odd_is_let_through()
    {
        var read = Read("Host=h;Database=my db;Username=a=b");

        (read.Database, read.Username).ShouldBe(("my db", "a=b"));
    }

    [Theory]
    [InlineData("sslmode=verify-full&password=verify-abc", "verify-abc", SslMode.VerifyFull)]
    [InlineData("password=a%26b&SslMode=verify-ca", "a&b", SslMode.VerifyCA)]
    public void Only_the_mode_of_ssl_is_spelt_anew(string query, string password, SslMode mode)
    {
        var read = Read($"postgres://db.example/shop?{query}");

        (read.Password, read.SslMode).ShouldBe((password, mode));
    }

    [Theory]
    [InlineData("Host=x;Passwordd=secret", "Passwordd")]
    [InlineData("Host=x;Port=secret", "Port")]
    [InlineData("secret", "not a list of keyword=value pairs")]
    [InlineData("Password=secret;Database=d", "has no Host")]
    [InlineData("postgres://x:secret@[", "not a URI")]
    [InlineData("Host=127.0.0.1 Password=secret;", "the value of Host contains another keyword")]
    [InlineData("host=h port=5432 password=secret;1 dbname=d", "a value that has a semicolon is quoted")]
    [InlineData("Host=h;Database=shop Password=secret", "the value of Database contains another keyword")]
    [InlineData("Host=h;Username=ana, Pwd=secret", "the value of Username contains another keyword")]
    [InlineData("Host=h&password=secret", "the value of Host contains another keyword")]
    [InlineData("Host=h;Password=12;secret=3;Database=d", "what follows the value of Password is not a keyword")]
    [InlineData("postgres://x:12/secret@h/d", "/ is written as %2F")]
    [InlineData("postgres://x:12?secret@h/d", "? as %3F")]
    [InlineData("postgres://x:12#secret@h/d", "# as %23")]
    [InlineData("postgres://x:secret", "not a URI")]
    [InlineData("postgres://a,b:secret,c/d", "not a URI")]
    public void What_cannot_be_read_is_explained_without_repeating_it(string text, string reason)
    {
        var problem = Should.Throw<SettingsException>(
            () => Read(text)).Problems.ShouldHaveSingleItem();

        problem.ShouldStartWith("ConnectionStrings:ChangeLog is invalid: ");
        problem.ShouldContain(reason);
        problem.ShouldNotContain("secret");
    }

    [Fact]
    public void A_missing_one_says_which_variables_to_set()
    {
        var problem = Should.Throw<SettingsException>(() => Read(" ")).Problems.ShouldHaveSingleItem();

        problem.ShouldContain("ConnectionStrings__ChangeLog");
        problem.ShouldContain("DATABASE_URL");
        problem.ShouldContain("PGHOST");
    }

    private static NpgsqlConnectionStringBuilder Read(string text) =>
        ConnectionText.Read(new ConfigurationBuilder()
            .AddInMemoryCollection([KeyValuePair.Create("ConnectionStrings:ChangeLog", (string?)text)])
            .Build());
}
