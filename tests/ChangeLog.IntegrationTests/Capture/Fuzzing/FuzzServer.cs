namespace ChangeLog.IntegrationTests.Capture.Fuzzing;

/// <summary>
/// What the server can do: its version, whether it was built with XML, and the extensions that it has.
/// </summary>
internal sealed record FuzzServer(int Version, bool HasXml, IReadOnlyList<string> Extensions);
