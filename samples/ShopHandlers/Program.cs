using ChangeLog;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ShopHandlers;

var builder = Host.CreateApplicationBuilder(args);
builder.Services.AddSingleton<Mailer>();
builder.Services.AddChangeLog(builder.Configuration)
    .AddHandler<OrderStatusHandler>()
    .AddHandler<CustomerFeedHandler>()
    .AddHandler<WelcomeMailHandler>();
await builder.Build().RunAsync();
