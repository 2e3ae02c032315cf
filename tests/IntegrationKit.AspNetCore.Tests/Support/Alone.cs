// Tests here compare the environment of the whole process before and after; those of parallel work start it themselves.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
