namespace IntegrationKit;

/// <summary>How the server copies a template when a database is made from it. Source: PostgreSQL's manual, CREATE DATABASE.</summary>
public enum DatabaseCopyStrategy
{
    /// <summary>Copies the files, between two checkpoints. Fastest where <c>fsync</c> is off. Before PostgreSQL 15 it is the only one.</summary>
    FileCopy,

    /// <summary>As <see cref="FileCopy"/>, and lets the file system share the blocks where it can. Needs PostgreSQL 18.</summary>
    FileClone,

    /// <summary>Writes every block to the log, without a checkpoint: fastest for a small database where <c>fsync</c> is on. Needs PostgreSQL 15.</summary>
    WalLog,
}
