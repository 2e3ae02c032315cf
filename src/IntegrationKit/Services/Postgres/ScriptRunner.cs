using System.Formats.Tar;
using System.Globalization;
using System.Security.Cryptography;

namespace IntegrationKit.Services.Postgres;

/// <summary>
/// Runs scripts in the container by its own psql, since they may contain what only psql knows (<c>\connect</c>, <c>COPY …
/// FROM stdin</c> of a dump). All of them are copied in one archive and run by one exec.
/// </summary>
internal sealed class ScriptRunner(Server server, PostgresLogin login, string database)
{
    private const string Folder = "/tmp";
    private const int LongestError = 64 * 1024;
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Executable = Readable | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    // Each script is in a numbered folder of its own, so that messages show its bare name. The marker shows which one failed.
    private const string Shell =
        """
        cd "$1" || exit 1
        trap 'rm -rf "$1"' EXIT
        run() { psql --no-psqlrc --quiet --no-password --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --file "$1"; }
        for folder in */; do
          cd "$1/$folder"
          for script in * .[!.]* ..?*; do
            [ -e "$script" ] || continue
            code=0
            case "$script" in
              *.sql) run "$script" || code=$? ;;
              *.sql.gz) { gunzip -t "$script" && gunzip -c "$script" | run -; } || code=$? ;;
              *) if [ -x "$script" ]; then "./$script" || code=$?; else sh -e "./$script" || code=$?; fi ;;
            esac
            if [ "$code" -ne 0 ]; then echo "script $folder failed" >&2; exit "$code"; fi
          done
        done
        """;

    /// <summary>Runs the files in order; the first failure ends the run.</summary>
    /// <exception cref="ScriptException">A script failed.</exception>
    public async Task RunAsync(IReadOnlyList<string> files, CancellationToken cancellationToken)
    {
        var name = $"integrationkit-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        var archive = await PackAsync(name, files, cancellationToken).ConfigureAwait(false);
        await using (archive.ConfigureAwait(false))
        {
            await server.PutArchiveAsync(Folder, archive, cancellationToken).ConfigureAwait(false);
        }

        var result = await server.ExecAsync(
            ["sh", "-c", Shell, "sh", $"{Folder}/{name}"],
            new ExecOptions
            {
                OutputLimit = LongestError,

                // Local connections are trusted by default; POSTGRES_INITDB_ARGS of an image may change that.
                Environment = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["PGPASSWORD"] = login.Password,
                    ["POSTGRES_USER"] = login.User,
                    ["POSTGRES_DB"] = database,
                },
            },
            cancellationToken).ConfigureAwait(false);
        if (result.ExitCode != 0)
        {
            throw Failure(files, result with { Error = server.Redact(result.Error) });
        }
    }

    private static bool IsExecutable(string file) =>
        !OperatingSystem.IsWindows() && File.GetUnixFileMode(file).HasFlag(UnixFileMode.UserExecute);

    private static ScriptException Failure(IReadOnlyList<string> files, CommandResult result)
    {
        var lines = result.Error.TrimEnd().Split('\n').ToList();
        var marker = lines.FindLastIndex(line => line.StartsWith("script ", StringComparison.Ordinal) && line.EndsWith("/ failed", StringComparison.Ordinal));
        var script = files[0];
        if (marker >= 0)
        {
            script = files[int.Parse(lines[marker]["script ".Length..^"/ failed".Length], CultureInfo.InvariantCulture)];
            lines.RemoveAt(marker);
        }

        return new(Path.GetFileName(script), result.ExitCode, string.Join(Environment.NewLine, lines).Trim());
    }

    private static async Task<Stream> PackAsync(string name, IReadOnlyList<string> files, CancellationToken cancellationToken)
    {
        var archive = new MemoryStream();
        var tar = new TarWriter(archive, TarEntryFormat.Pax, leaveOpen: true);
        await using (tar.ConfigureAwait(false))
        {
            foreach (var (i, file) in files.Index())
            {
                // A numbered folder rather than the path on this machine: nothing in an archive can point elsewhere.
                var content = File.OpenRead(file);
                await using (content.ConfigureAwait(false))
                {
                    var entry = new PaxTarEntry(TarEntryType.RegularFile, $"{name}/{i:D4}/{Path.GetFileName(file)}")
                    {
                        Mode = IsExecutable(file) ? Executable : Readable,
                        DataStream = content,
                    };
                    await tar.WriteEntryAsync(entry, cancellationToken).ConfigureAwait(false);
                }
            }
        }

        archive.Position = 0;
        return archive;
    }
}
