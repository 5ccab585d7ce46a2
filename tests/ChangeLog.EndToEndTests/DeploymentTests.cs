using System.Runtime.CompilerServices;
using ChangeLog.TestSupport;
using ChangeLogWorker.Demo.Server;
using Shouldly;
using Xunit;

namespace ChangeLog.EndToEndTests;

public sealed class DeploymentTests
{
    public static bool HasSystemdAnalyze => PostgresBinaries.OnPath("systemd-analyze") is not null;

    [Fact(Skip = "systemd-analyze is not installed", SkipUnless = nameof(HasSystemdAnalyze))]
    public async Task The_systemd_unit_is_accepted()
    {
        await using var verify = RunningProgram.Start(
            "systemd-analyze", ["verify", "--recursive-errors=no", InClone("deploy/systemd/changelog.service")], []);
        var result = await verify.WaitForExitAsync();
        (result.ExitCode, result.Error.Trim()).ShouldBe((0, ""));
    }

    private static string InClone(string path, [CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", path));
}
