using ChangeLog.Handlers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ChangeLog;

/// <summary>Adds handlers to a worker; what <see cref="ChangeLogServices.AddChangeLog"/> returns.</summary>
public sealed class ChangeLogBuilder
{
    internal ChangeLogBuilder(IServiceCollection services) => Services = services;

    /// <summary>The host's services.</summary>

    public IServiceCollection Services { get; }

    /// <summary>Adds a handler as a singleton; its constructor arguments come from the services.</summary>
    public ChangeLogBuilder AddHandler<THandler>()
        where THandler : class, IHandler
    {
        Services.TryAddSingleton<THandler>();
        return AddHandler(services => services.GetRequiredService<THandler>());
    }

    /// <summary>Adds a handler from a factory, for several instances of one class under different names.</summary>
    public ChangeLogBuilder AddHandler(Func<IServiceProvider, IHandler> create)
    {
        Services.AddSingleton(create);
        return this;
    }
}
