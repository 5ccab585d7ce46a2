using ChangeLogWorker.Configuration;
using ChangeLogWorker.Connecting;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Connecting;

public sealed class ConnectionTextTests
{
    [Fact]
    public void A_uri_is_read_as_psql_reads_it()
    {
        var read = ConnectionText.Parse("ChangeLog", "postgres://an%40na:p%2Bw+d@db.example:5433/shop?sslmode=require");

        (read.Host, read.Port, read.Database, read.Username, read.Password, read.SslMode)
            .ShouldBe(("db.example", 5433, "shop", "an@na", "p+w+d", Npgsql.SslMode.Require));
    }

    [Theory]
    [InlineData("sslmode=verify-full&password=verify-abc", "verify-abc", Npgsql.SslMode.VerifyFull)]
    [InlineData("password=a%26b&SslMode=verify-ca", "a&b", Npgsql.SslMode.VerifyCA)]
    public void Only_the_mode_of_ssl_is_spelt_anew(string query, string password, Npgsql.SslMode mode)
    {
        var read = ConnectionText.Parse("ChangeLog", $"postgres://db.example/shop?{query}");

        (read.Password, read.SslMode).ShouldBe((password, mode));
    }

    [Theory]
    [InlineData("Host=x;Passwordd=secret", "Passwordd")]
    [InlineData("Host=x;Port=secret", "Port")]
    [InlineData("secret", "no list of keyword=value pairs")]
    [InlineData("Password=secret", "names no Host")]
    [InlineData("postgres://x:secret@[", "no URI")]
    public void What_cannot_be_read_is_explained_without_repeating_it(string text, string reason)
    {
        var problem = Should.Throw<SettingsException>(() => ConnectionText.Parse("ChangeLog", text)).Problems.ShouldHaveSingleItem();

        problem.ShouldContain(reason);
        problem.ShouldNotContain("secret");
    }

    [Fact]
    public void A_missing_one_says_which_variable_to_set() =>
        Should.Throw<SettingsException>(() => ConnectionText.Parse("ChangeLog", null))
            .Problems.ShouldHaveSingleItem().ShouldContain("ConnectionStrings__ChangeLog");
}
