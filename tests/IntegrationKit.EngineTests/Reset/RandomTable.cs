using System.Globalization;

namespace IntegrationKit.EngineTests.Reset;

/// <summary>A table of a <see cref="RandomSchema"/>.</summary>
/// <param name="Name">With its schema, quoted.</param>
/// <param name="Key">A generated key of one column, or null.</param>
/// <param name="Columns">Those into which something can be written.</param>
internal sealed record RandomTable(string Name, string? Key, IReadOnlyList<RandomColumn> Columns)
{
    public RandomTable? References { get; set; }

    public string ColumnList => string.Join(", ", Columns.Select(each => each.Name));

    public bool IsUuid(string sql) => sql.Contains($"TABLE {Name} (id uuid", StringComparison.Ordinal);

    public string Insert(Random random) => Columns.Count == 0
        ? $"INSERT INTO {Name} SELECT"
        : $"INSERT INTO {Name} ({ColumnList}) VALUES ({string.Join(", ", Columns.Select(each => each.Value(random)))})";
}

/// <summary>A column, and values for it.</summary>
internal sealed record RandomColumn(string Name, string Type)
{
    public static readonly string[] Types =
        ["int", "text", "numeric", "timestamptz", "jsonb", "bytea", "uuid", "boolean", "mood", "positive", "text[]", "double precision", "varchar(20)"];

    public string Value(Random random)
    {
        var number = random.Next(1, 1000).ToString(CultureInfo.InvariantCulture);
        return random.Next(8) == 0 && Type != "hundred" ? "NULL" : Type switch
        {
            "int" or "positive" or "numeric" => number,
            "hundred" => (random.Next(100)).ToString(CultureInfo.InvariantCulture),
            "timestamptz" => $"timestamptz '2026-01-01' + interval '{number} minutes'",
            "jsonb" => $$"""'{"n": {{number}}}'""",
            "bytea" => $"'\\x{random.Next(10, 99)}'",
            "uuid" => "gen_random_uuid()",
            "boolean" => random.Next(2) == 0 ? "true" : "false",
            "mood" => random.Next(2) == 0 ? "'sad'" : "'happy'",
            "text[]" => $"ARRAY['a', '{number}']",
            "double precision" => random.Next(4) == 0 ? "'NaN'" : number + ".5",
            _ => $"'text {number}'",
        };
    }
}
