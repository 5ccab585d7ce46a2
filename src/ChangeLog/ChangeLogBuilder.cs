using ChangeLog.Handlers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ChangeLog;

/// <summary>Adds handlers to a worker; what <see cref="ChangeLogServices.AddChangeLog"/> returns.</summary>
public sealed class ChangeLogBuilder
{
    internal ChangeLogBuilder(IServiceCollection services) => Services = services;

    /// <summary>The services that the worker was added to.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Adds a handler: one instance, whose constructor is given what it asks of the services.</summary>
    public ChangeLogBuilder AddHandler<THandler>()
        where THandler : class, IHandler
    {
        Services.TryAddSingleton<THandler>();
        return AddHandler(services => services.GetRequiredService<THandler>());
    }

    /// <summary>Adds a handler that is made by hand, as where two of one class have different names.</summary>
    public ChangeLogBuilder AddHandler(Func<IServiceProvider, IHandler> create)
    {
        Services.AddSingleton(create);
        return this;
    }
}
