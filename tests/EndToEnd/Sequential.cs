// Each class builds solutions and with them the same runtime project, which two builds at a time would race for.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
