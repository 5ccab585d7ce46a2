using Microsoft.EntityFrameworkCore;

namespace ChangeLog.IntegrationTests.Capture.Context;

/// <summary>An application's context of Entity Framework Core, set up as docs/context.md says.</summary>
internal sealed class ShopContext : DbContext
{
    public ShopContext(string connectionString, string context)
        : base(Options(connectionString, context)) =>
        Database.AutoTransactionBehavior = AutoTransactionBehavior.Always;

    public DbSet<ShopOrder> Orders => Set<ShopOrder>();

    private static DbContextOptions<ShopContext> Options(string connectionString, string context)
    {
        var options = new DbContextOptionsBuilder<ShopContext>();
        options.UseNpgsql(connectionString).AddInterceptors(new ContextInterceptor(() => context));
        return options.Options;
    }
}
