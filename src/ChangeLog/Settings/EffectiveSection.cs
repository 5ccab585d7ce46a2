using Microsoft.Extensions.Configuration;

namespace ChangeLog.Settings;

/// <summary>Reads a list wholly from the last source that has it.</summary>
/// <remarks>
/// .NET merges lists index by index and field by field: one name in the environment would leave a file's others in
/// force, and a rule of one file would get the table of another's.
/// </remarks>
internal static class EffectiveSection
{
    /// <summary>The section as that source alone has it; empty if none does.</summary>
    public static IConfigurationSection Section(IConfiguration configuration, string key)
    {
        var given = Providers(configuration)
            .Select(provider => Values(provider, key).ToList())
            .FirstOrDefault(values => values.Count > 0);
        return given is null && configuration is not IConfigurationRoot
            ? configuration.GetSection(key)
            : new ConfigurationBuilder().AddInMemoryCollection(given ?? []).Build().GetSection(key);
    }

    private static IEnumerable<IConfigurationProvider> Providers(IConfiguration configuration) =>
        configuration is IConfigurationRoot root
            ? root.Providers.Reverse().SelectMany(provider =>
                provider is ChainedConfigurationProvider { Configuration: IConfigurationRoot inner }
                    ? Providers(inner)
                    : [provider])
            : [];

    // null counts as not set: the file beside the program contains such
    private static IEnumerable<KeyValuePair<string, string?>> Values(IConfigurationProvider provider, string key) =>
        provider.GetChildKeys([], key)
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .SelectMany(child => Values(provider, ConfigurationPath.Combine(key, child)))
            .Concat(provider.TryGet(key, out var value)
                && value is not null ? [KeyValuePair.Create(key, (string?)value)] : []);
}
