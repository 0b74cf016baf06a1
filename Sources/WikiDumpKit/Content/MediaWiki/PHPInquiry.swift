/// Asks a wiki about itself through its PHP: one start of MediaWiki's `eval.php`.
struct PHPInquiry: WikiInquiry {
    /// The scripts of the wiki.
    let scripts: MediaWikiScripts
    /// What the siteinfo jobs want to know.
    let requests: [SiteInfoRequest]

    func ask() async throws(DumpError) -> WikiFacts {
        let remedy =
            "see what \(scripts.php) says to eval.php, and correct dir in the section [wiki] and php in [tools]"
        let result: CommandResult
        do throws(DumpError) {
            let command = try scripts.command("eval.php", [])
            result = try await CommandRunner().write(
                Invocation("eval.php", command, output: .collected(limit: 64 << 20))
            ) { (input) async throws(DumpError) in
                try await input.write(PHPQuestion.code(for: requests))
            }
        } catch {
            if error.code == .cancelled { throw error }
            throw DumpError(.source, "the wiki's PHP cannot be asked: \(error.message)", remedy: remedy)
        }
        let facts = PHPQuestion.facts(in: result.output, of: requests, from: .php(scripts.directory))
        guard let facts else {
            let lines = result.outcome.lastLines
            // Behind an exception comes where it was thrown, line by line.
            let said = lines.first { $0.hasPrefix("Caught") } ?? lines.last ?? "it said nothing"
            throw DumpError(
                .source, "the wiki's PHP in \(scripts.directory) did not say what the wiki is: \(said)", remedy: remedy)
        }
        return facts
    }
}
