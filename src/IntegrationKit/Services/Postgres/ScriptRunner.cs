using System.Formats.Tar;
using System.Globalization;
using System.Security.Cryptography;

namespace IntegrationKit.Services.Postgres;

/// <summary>
/// Runs scripts in the container by its own psql, since they may contain what only psql knows (<c>\connect</c>, <c>COPY …
/// FROM stdin</c> of a dump). All of them are copied in one archive, with what lies beside them and is named in them, and run by one exec.
/// </summary>
internal sealed class ScriptRunner(Server server, PostgresLogin login, string database)
{
    private const string Folder = "/tmp";
    private const int LongestError = 64 * 1024;
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Executable = Readable | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    // Sets what the settings of a login cannot, since a server that does not know a setting refuses the login.
    private const string LimitsOfNewerServers =
        "DO $$ BEGIN PERFORM set_config(s, '0', false) FROM unnest(ARRAY['idle_session_timeout', 'transaction_timeout']) s WHERE current_setting(s, true) IS NOT NULL; END $$";

    // Each runs in its folder, by its bare name, which is what messages show. The marker shows which one failed.
    private const string Shell =
        """
        root=$1; limits=$2; shift 2
        trap 'rm -rf "$root"' EXIT
        run() { psql --no-psqlrc --quiet --no-password --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --command "$limits" --file "$1"; }
        number=0
        for path in "$@"; do
          cd "$root/${path%%/*}" || exit 1
          script=${path#*/}
          code=0
          case "$script" in
            *.sql) run "$script" || code=$? ;;
            *.sql.gz) { gunzip -t "./$script" && gunzip -c "./$script" | run -; } || code=$? ;;
            *) if [ -x "$script" ]; then "./$script" || code=$?; else sh -e "./$script" || code=$?; fi ;;
          esac
          if [ "$code" -ne 0 ]; then echo "script $number failed" >&2; exit "$code"; fi
          number=$((number + 1))
        done
        """;

    /// <summary>Runs the files in order; the first failure ends the run.</summary>
    /// <exception cref="ScriptException">A script failed.</exception>
    /// <exception cref="IntegrationKitException">What lies beside them cannot be brought along.</exception>
    public async Task RunAsync(IReadOnlyList<string> files, CancellationToken cancellationToken)
    {
        var name = $"integrationkit-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        var bundle = ScriptBundle.Of(files);
        var archive = await PackAsync(name, bundle, cancellationToken).ConfigureAwait(false);
        await using (archive.ConfigureAwait(false))
        {
            await server.PutArchiveAsync(Folder, archive, cancellationToken).ConfigureAwait(false);
        }

        var result = await server.ExecAsync(
            ["sh", "-c", Shell, "sh", $"{Folder}/{name}", LimitsOfNewerServers, .. bundle.Scripts],
            new ExecOptions
            {
                OutputLimit = LongestError,

                // Local connections are trusted by default; POSTGRES_INITDB_ARGS of an image may change that.
                Environment = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["PGPASSWORD"] = login.Password,
                    ["PGOPTIONS"] = OwnSettings.ScriptOptions,
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
        var marker = lines.FindLastIndex(line => line.StartsWith("script ", StringComparison.Ordinal) && line.EndsWith(" failed", StringComparison.Ordinal));
        var script = files[0];
        if (marker >= 0)
        {
            script = files[int.Parse(lines[marker]["script ".Length..^" failed".Length], CultureInfo.InvariantCulture)];
            lines.RemoveAt(marker);
        }

        var error = string.Join(Environment.NewLine, lines).Trim();
        return new(Path.GetFileName(script), result.ExitCode, error, ScriptHint.Find(script, error));
    }

    private static async Task<Stream> PackAsync(string name, ScriptBundle bundle, CancellationToken cancellationToken)
    {
        var archive = new MemoryStream();
        var tar = new TarWriter(archive, TarEntryFormat.Pax, leaveOpen: true);
        await using (tar.ConfigureAwait(false))
        {
            foreach (var (file, path) in bundle.Files)
            {
                // Its name begins with a number rather than a path of this machine: nothing in an archive can point elsewhere.
                var content = File.OpenRead(path);
                await using (content.ConfigureAwait(false))
                {
                    var entry = new PaxTarEntry(TarEntryType.RegularFile, $"{name}/{file}")
                    {
                        Mode = IsExecutable(path) ? Executable : Readable,
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
