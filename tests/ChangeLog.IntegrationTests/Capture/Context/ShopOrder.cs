using System.ComponentModel.DataAnnotations.Schema;

namespace ChangeLog.IntegrationTests.Capture.Context;

/// <summary>A row of the table that the examples of docs/context.md write.</summary>
[Table("orders")]
internal sealed class ShopOrder
{
    [Column("id")]
    public int Id { get; set; }

    [Column("status")]
    public required string Status { get; set; }
}
