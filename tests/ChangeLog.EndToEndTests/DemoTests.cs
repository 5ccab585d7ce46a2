using System.Globalization;
using System.Runtime.Versioning;
using System.Text.RegularExpressions;
using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.EndToEndTests;

[UnsupportedOSPlatform("windows")]
public sealed partial class DemoTests : IDisposable
{
    private const UnixFileMode OpenToAll =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    // the demo's server, which may run as another user, makes its directory in here
    private readonly DirectoryInfo _temporary = Directory.CreateTempSubdirectory("cl-");

    public DemoTests() => File.SetUnixFileMode(_temporary.FullName, OpenToAll);

    [Fact]
    public async Task It_shows_changes_sums_them_up_and_removes_everything()
    {
        await using var demo = Start("--seconds", "4");
        var result = await demo.WaitForExitAsync();

        result.ExitCode.ShouldBe(0, result.Error);
        result.Output.ShouldNotContain("\u001b");
        var summary = Summary().Match(result.Output);
        summary.Success.ShouldBeTrue(result.Output);
        var captured = int.Parse(summary.Groups["captured"].Value, CultureInfo.InvariantCulture);
        captured.ShouldBeGreaterThan(0);
        summary.Groups["handled"].Value.ShouldBe(summary.Groups["captured"].Value);
        result.Output.ShouldMatch(@"p50 [\d.]+ ms, p99 [\d.]+ ms");
        result.Output.ShouldContain("web-shop");
        result.Output.ShouldContain("→");
        result.Output.ShouldMatch(@"update +shop\.customers +\d+ +chidi\.okafor +2001:db8::51 +customer called");
        result.Output.ShouldMatch(@"password_hash in the table  scrypt\$16384\$[0-9a-f]{32}\r?\n");
        result.Output.ShouldContain("password_hash in the log    [redacted] → [redacted]");
        Regex.Count(result.Output, @"scrypt\$").ShouldBe(1);
        result.Output.ShouldMatch(@"shop\.orders \d+ · \d+ columns");
        result.Output.ShouldMatch(@" · [\w.-]+ \(as \w+\) · created in [0-9a-f]{8}-[0-9a-f]{4}\n    id +\d+\n");
        result.Output.ShouldMatch(@"shop\.orders \d+ · \d+ entries");
        result.Output.ShouldMatch(@"shop\.order\.\w+ +\w+ +[\w.-]+ +shop\.orders \d+");
        result.Output.ShouldNotContain("is behind");
        _temporary.GetDirectories().ShouldBeEmpty();
    }

    [Fact]
    public async Task Ctrl_C_ends_it_with_its_summary()
    {
        await using var demo = Start();
        await demo.WaitForOutputAsync("web-shop");
        await demo.SignalAsync("INT");
        var result = await demo.WaitForExitAsync(TimeSpan.FromSeconds(20));
        result.ExitCode.ShouldBe(0, result.Error);
        Summary().IsMatch(result.Output).ShouldBeTrue(result.Output);
        _temporary.GetDirectories().ShouldBeEmpty();
    }

    [Fact]
    public async Task Killed_it_leaves_no_server_behind()
    {
        await using var demo = Start();
        await demo.WaitForOutputAsync("web-shop");
        _temporary.GetDirectories().Length.ShouldBe(1);
        await demo.KillAsync();
        await Eventually.TrueAsync(
            "the server's directory is gone", () => Task.FromResult(_temporary.GetDirectories().Length == 0));
    }

    [Fact]
    public async Task A_folder_without_a_server_is_refused_with_a_sentence()
    {
        await using var demo = ChangeLogProgram.Start(
            null,
            ["demo"],
            new Dictionary<string, string?> { ["ChangeLog__Embedded__BinDirectory"] = "/usr/share" });
        var result = await demo.WaitForExitAsync();
        result.ExitCode.ShouldBe(2);
        result.Error.ShouldContain("ChangeLog:Embedded:BinDirectory is /usr/share");
    }

    public void Dispose() => _temporary.Delete(recursive: true);

    [GeneratedRegex(@"^(?<captured>\d+) changes captured, (?<handled>\d+) handled\r?$", RegexOptions.Multiline)]
    private static partial Regex Summary();

    private RunningProgram Start(params string[] arguments) =>
        ChangeLogProgram.Start(
            null, ["demo", .. arguments], new Dictionary<string, string?> { ["TMPDIR"] = _temporary.FullName });
}
