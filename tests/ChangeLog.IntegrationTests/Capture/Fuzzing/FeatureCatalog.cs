namespace ChangeLog.IntegrationTests.Capture.Fuzzing;

/// <summary>What each feature adds to a schema: columns, tables and what hangs on them, and statements.</summary>
internal static class FeatureCatalog
{
    public static readonly IReadOnlyDictionary<FuzzFeature, Action<FeatureSchema>> Add =
        new Dictionary<FuzzFeature, Action<FeatureSchema>>
        {
            [FuzzFeature.PlainWrites] = static s => s.AddStep(() => TableStatements.Next(s, s.AnyTable())),
            [FuzzFeature.GeneratedColumns] = ColumnFeatures.Generated,
            [FuzzFeature.IdentityColumns] = ColumnFeatures.Identity,
            [FuzzFeature.Domains] = ColumnFeatures.Domains,
            [FuzzFeature.Enums] = ColumnFeatures.Enums,
            [FuzzFeature.CompositeTypes] = ColumnFeatures.Composites,
            [FuzzFeature.Ranges] = ColumnFeatures.Ranges,
            [FuzzFeature.DroppedColumns] = ColumnFeatures.Dropped,
            [FuzzFeature.WideTables] = ColumnFeatures.Wide,
            [FuzzFeature.LargeValues] = ColumnFeatures.Large,
            [FuzzFeature.TextSearch] = ColumnFeatures.TextSearch,
            [FuzzFeature.Extensions] = ColumnFeatures.Extensions,
            [FuzzFeature.Partitions] = RelationFeatures.Partitions,
            [FuzzFeature.ChangingPartitions] = RelationFeatures.ChangingPartitions,
            [FuzzFeature.Inheritance] = RelationFeatures.Inheritance,
            [FuzzFeature.ForeignKeys] = RelationFeatures.ForeignKeys,
            [FuzzFeature.Keys] = RelationFeatures.Keys,
            [FuzzFeature.UnloggedTables] = RelationFeatures.Unlogged,
            [FuzzFeature.TypedTables] = RelationFeatures.Typed,
            [FuzzFeature.OddNames] = RelationFeatures.OddNames,
            [FuzzFeature.RowTriggers] = TriggerFeatures.Row,
            [FuzzFeature.DeferredTriggers] = TriggerFeatures.Deferred,
            [FuzzFeature.StatementTriggers] = TriggerFeatures.Statement,
            [FuzzFeature.Views] = TriggerFeatures.Views,
            [FuzzFeature.Rules] = TriggerFeatures.Rules,
            [FuzzFeature.RowSecurity] = TriggerFeatures.RowSecurity,
            [FuzzFeature.Upserts] = StatementFeatures.Upserts,
            [FuzzFeature.Merge] = StatementFeatures.Merge,
            [FuzzFeature.JoinedWrites] = StatementFeatures.Joined,
            [FuzzFeature.Copy] = StatementFeatures.Copy,
            [FuzzFeature.Truncate] = StatementFeatures.Truncate,
            [FuzzFeature.Savepoints] = StatementFeatures.Savepoints,
            [FuzzFeature.Procedures] = StatementFeatures.Procedures,
            [FuzzFeature.PreparedTransactions] = static s => s.AddStep(() => TableStatements.Next(s, s.AnyTable())),
            [FuzzFeature.Functions] = StatementFeatures.Functions,
            [FuzzFeature.Uncaptured] = StatementFeatures.Uncaptured,
            [FuzzFeature.ChangingTables] = DdlFeatures.Changing,
            [FuzzFeature.MovingTables] = DdlFeatures.Moving,
        };
}
