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
            var lines = LineSplitter()
            let written = lines.add(result.output.suffix(1 << 16)) + [lines.finish()].compactMap { $0 }
            let said =
                Complaint.line(among: result.outcome.lastLines) ?? Complaint.line(among: written) ?? "it said nothing"
            throw DumpError(
                .source, "the wiki's PHP in \(scripts.directory) did not say what the wiki is: \(said)", remedy: remedy)
        }
        return facts
    }
}
