using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ChangeLog.Settings;

/// <summary>Reports all problems with the settings at once.</summary>
internal static partial class SettingsValidation
{
    public static void Require(IConfiguration configuration)
    {
        var misspelt = SettingsCheck.Problems(configuration);
        var readable = misspelt.Count == 0 ? configuration : WithoutMisspelt(configuration);
        var problems = misspelt.Union(OutOfRange(readable)).ToList();
        if (problems.Count > 0)
        {
            throw new SettingsException(problems);
        }
    }

    // an unparsable value would stop the binder before it looks at the other sections
    private static IConfigurationRoot WithoutMisspelt(IConfiguration configuration) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(configuration
                .AsEnumerable()
                .Where(pair => pair.Value is not null && SettingsCheck.Problem(pair.Key, pair.Value) is null))
            .Build();

    private static IEnumerable<string> OutOfRange(IConfiguration configuration)
    {
        using var services = new ServiceCollection().AddSettings(configuration).BuildServiceProvider();
        try
        {
            services.GetRequiredService<IStartupValidator>().Validate();
            return [];
        }
        catch (OptionsValidationException error)
        {
            return Sentences(error);
        }
        catch (AggregateException errors)
        {
            return [.. errors.InnerExceptions.OfType<OptionsValidationException>().SelectMany(Sentences)];
        }
    }

    // the generated validators say: "PageSize: The field HandlersOptions.PageSize must be between 1 and 100000."
    private static IEnumerable<string> Sentences(OptionsValidationException error) =>
        error.Failures.Select(failure => GeneratedName().Replace(failure, match => SettingNamed(match.Value)));

    private static string SettingNamed(string generated) =>
        KnownSettings.All
            .Where(setting => generated.EndsWith(OptionsName(setting.Name), StringComparison.Ordinal))
            .Select(setting => setting.Type == typeof(TimeSpan) ? $"{setting.Name} (hh:mm:ss)" : setting.Name)
            .FirstOrDefault(generated);

    private static string OptionsName(string setting) =>
        setting.Split(':') is [.., var section, var name] ? $"{section}Options.{name}" : setting;

    [GeneratedRegex(@"^\w+: The field \w+\.\w+")]
    private static partial Regex GeneratedName();
}
