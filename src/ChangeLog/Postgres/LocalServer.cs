namespace ChangeLog.Postgres;

/// <summary>Where libpq looks for a server that no host is given for.</summary>
internal static class LocalServer
{
    // of the distributions' packages, and of PostgreSQL's own build
    private static readonly string[] SocketFolders = ["/var/run/postgresql", "/tmp"];

    public static string Host(int port) =>
        SocketFolders.FirstOrDefault(folder => File.Exists(Path.Combine(folder, $".s.PGSQL.{port}"))) ?? "localhost";
}
