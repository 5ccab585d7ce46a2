namespace ChangeLog.Schema;

/// <summary>What a running worker finds of the installation.</summary>
internal enum InstallState
{
    Installed,

    /// <summary>The log is there, but nothing is captured.</summary>
    Uninstalled,

    /// <summary>The schemas are gone.</summary>
    Dropped,
}
