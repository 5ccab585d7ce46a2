using ChangeLog.Capture;
using ChangeLog.Coverage;
using ChangeLog.Dispatching;
using ChangeLog.Handlers.Activity;
using ChangeLog.Handlers.LinkCleanup;
using ChangeLog.Notifying;
using ChangeLog.Reading;
using ChangeLog.Redaction;
using ChangeLog.Schema;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ChangeLog.Settings;

/// <summary>Binds every section to its options, validated on start.</summary>
internal static class SettingsServices
{
    public static IServiceCollection AddSettings(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<IValidateOptions<ChangeLogOptions>>(new KnownSettingsValidator(configuration));
        services.AddSection<ChangeLogOptions>(configuration, ChangeLogOptions.Section);
        services.Configure<ChangeLogOptions>(options =>
        {
            options.NonLoggedTables = TableList.NonLogged(configuration);
            options.Schemas = TableList.Schemas(configuration);
        });
        services.AddSection<HandlersOptions, HandlersOptionsValidator>(configuration, HandlersOptions.Section);
        services.AddSection<RetryOptions, RetryOptionsValidator>(configuration, RetryOptions.Section);
        services.AddSection<NotificationsOptions, NotificationsOptionsValidator>(
            configuration, NotificationsOptions.Section);
        services.AddSection<ReconcileOptions, ReconcileOptionsValidator>(configuration, ReconcileOptions.Section);
        services.AddSection<CaptureOptions>(configuration, CaptureOptions.Section);
        services.AddSection<RedactionOptions, RedactionOptionsValidator>(configuration, RedactionOptions.Section);
        services.Configure<RedactionOptions>(options =>
        {
            options.Rules = RedactionRules.Given(configuration);
            options.SwitchedOff = TableList.SwitchedOffRules(configuration);
        });
        services.AddSection<PartitionsOptions, PartitionsOptionsValidator>(configuration, PartitionsOptions.Section);
        services.AddSection<SweepOptions, SweepOptionsValidator>(configuration, SweepOptions.Section);
        services.AddSection<ListenerOptions, ListenerOptionsValidator>(configuration, ListenerOptions.Section);
        services.AddSection<PlatformOptions>(configuration, PlatformOptions.Section);
        services.AddSection<ActivityOptions, ActivityOptionsValidator>(configuration, ActivityOptions.Section);
        services.Configure<ActivityOptions>(options =>
        {
            options.Events = TableList.Texts(configuration, $"{ActivityOptions.Section}:{nameof(options.Events)}");
            options.UserAuditEvents = TableList.Texts(
                configuration, $"{ActivityOptions.Section}:{nameof(options.UserAuditEvents)}");
            options.ActionMap = TableList.Pairs(
                configuration, $"{ActivityOptions.Section}:{nameof(options.ActionMap)}");
        });
        services.AddSection<LinksOptions, LinksOptionsValidator>(configuration, LinksOptions.Section);
        services.Configure<LinksOptions>(options => options.Policies = TableList.Pairs(
            configuration, $"{LinksOptions.Section}:{nameof(options.Policies)}"));
        services.AddSection<EmbeddedOptions>(configuration, EmbeddedOptions.Section);
        return services;
    }

    private static void AddSection<TOptions>(
        this IServiceCollection services, IConfiguration configuration, string section)
        where TOptions : class =>
        services.AddOptions<TOptions>().Bind(configuration.GetSection(section)).ValidateOnStart();

    private static void AddSection<TOptions, TValidator>(
        this IServiceCollection services, IConfiguration configuration, string section)
        where TOptions : class
        where TValidator : class, IValidateOptions<TOptions> =>
        services.AddOptionsWithValidateOnStart<TOptions, TValidator>().Bind(configuration.GetSection(section));
}
