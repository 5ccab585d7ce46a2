using ChangeLogWorker;

return await CommandTree.RunAsync(args);
