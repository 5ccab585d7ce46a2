using ChangeLog.Postgres;
using ChangeLog.Settings;
using Microsoft.Extensions.Configuration;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Postgres;

/// <summary>Connection strings in libpq's own form, read as psql reads them.</summary>
public sealed class KeywordValuesTests
{
    [Fact]
    public void Every_common_keyword_is_understood()
    {
        var read = Read(
            """
            host=db.example port=5433 dbname=shop user=anna password=p sslmode=verify-full sslrootcert=/r sslcert=/c
            sslkey=/k passfile=/p connect_timeout=7 options='-c geqo=off' target_session_attrs=read-write
            application_name=psql channel_binding=require keepalives=0 load_balance_hosts=random
            """);

        (read.Host, read.Port, read.Database, read.Username, read.Password).ShouldBe(
            ("db.example", 5433, "shop", "anna", "p"));
        (read.SslMode, read.RootCertificate, read.SslCertificate, read.SslKey, read.Passfile).ShouldBe(
            (SslMode.VerifyFull, "/r", "/c", "/k", "/p"));
        (read.Timeout, read.Options, read.TargetSessionAttributes, read.ChannelBinding).ShouldBe(
            (7, "-c geqo=off", "read-write", ChannelBinding.Require));
        (read.TcpKeepAlive, read.LoadBalanceHosts).ShouldBe((false, true));
    }

    [Theory]
    [InlineData(@"host=h password='it\'s a \\ ;=1' dbname=d", @"it's a \ ;=1")]
    [InlineData(@"host=h password=a\ b\'c dbname=d", "a b'c")]
    [InlineData("host = h  password = '' dbname\t=\nd", null)]
    [InlineData("password=a=b host=h dbname=d", "a=b")]
    [InlineData("password='a;b' host=h dbname=d", "a;b")]
    [InlineData("password=+%41 host=h dbname=d", "+%41")]
    public void Quotes_and_escapes_are_libpqs(string text, string? password)
    {
        var read = Read(text);

        (read.Host, read.Database, read.Password).ShouldBe(("h", "d", password));
    }

    [Theory]
    [InlineData("Host=h;Password='a b';Database=d", "a b")]
    [InlineData("Host=h;Password='it''s';Database=d", "it's")]
    [InlineData(@"Password='a\';Host=h;Database='d'", @"a\")]
    [InlineData("Password=it's;Host=h;Database=d", "it's")]
    [InlineData("Host=h;Database=d;Password='a;b'", "a;b")]
    public void A_semicolon_outside_quotes_makes_it_Npgsqls_form(string text, string password)
    {
        var read = Read(text);

        (read.Host, read.Database, read.Password).ShouldBe(("h", "d", password));
    }

    [Theory]
    [InlineData("host=a,b port=5433,5434", "a:5433,b:5434")]
    [InlineData("port=5433,5434 host=::1,/run/b", "[::1]:5433,/run/b:5434")]
    [InlineData("host=a,b port=5433", "a,b")]
    public void Several_hosts_may_each_have_a_port(string text, string hosts) => Read(text).Host.ShouldBe(hosts);

    [Theory]
    [InlineData("host=h sslmode=require", SslMode.Require)]
    [InlineData("host=h sslmode=require sslrootcert=/ca", SslMode.VerifyCA)]
    [InlineData("host=h sslmode=prefer sslrootcert=/ca", SslMode.Prefer)]
    [InlineData("host=h sslrootcert=system", SslMode.VerifyFull)]
    public void A_root_certificate_is_verified_as_libpq_does(string text, SslMode mode)
    {
        var read = Read(text);

        read.SslMode.ShouldBe(mode);
        (read.RootCertificate ?? "/ca").ShouldBe("/ca");
    }

    [Fact]
    public void Without_a_host_the_server_is_on_this_machine() =>
        Read("dbname=shop").Host.ShouldBeOneOf("/var/run/postgresql", "/tmp", "localhost");

    [Theory]
    [InlineData("host=h colour=blue password=secret", "the keyword colour is not supported")]
    [InlineData("host=h hostaddr=10.0.0.1 password=secret", "the keyword hostaddr is not supported")]
    [InlineData("service=shop password=secret", "the keyword service is not supported")]
    [InlineData("host=h password=my secret dbname=d", "what follows the value of password is not keyword=value")]
    [InlineData("host=h password=my secret=1 dbname=d", "what follows the value of password is not a keyword")]
    [InlineData("host=h password='my secret dbname=d", "what follows the value of host is not keyword=value")]
    [InlineData("host=h sslmode=secret", "the keyword sslmode has an invalid value")]
    [InlineData("host=a,b port=1,2,3 password=secret", "the keyword port has an invalid value")]
    [InlineData("host=h port=secret", "the keyword port has an invalid value")]
    public void What_cannot_be_read_is_named_without_the_password(string text, string reason)
    {
        var problem = Should.Throw<SettingsException>(() => Read(text)).Problems.ShouldHaveSingleItem();

        problem.ShouldContain(reason);
        problem.ShouldNotContain("secret");
    }

    private static NpgsqlConnectionStringBuilder Read(string text) =>
        ConnectionText.Read(new ConfigurationBuilder()
            .AddInMemoryCollection([KeyValuePair.Create("ConnectionStrings:ChangeLog", (string?)text)])
            .Build());
}
