import MWBzUtils

/// Asks the wikis that a farm would publish whether everybody may read them.
///
/// Commands do not do this when they check the configuration: each run asks its own wiki, and asking all wikis takes time.
package struct ReadersSurvey: Sendable {
    private let configuration: Configuration
    var inquiry: @Sendable (SourceSettings, WikiName) -> any WikiInquiry = ContentSources.inquiry

    /// The time limit for the PHP of a wiki, in seconds.
    private static let limit = 30

    /// Creates a survey of the farm of a configuration.
    package init(_ configuration: Configuration) { self.configuration = configuration }

    /// The findings: an error for each wiki that not everybody may read, and notes about those that do not say.
    package func problems() async throws(DumpError) -> [ConfigurationProblem] {
        var found: [WikiName: Result<ReadersCheck.Answer, DumpError>] = [:]
        await withTaskGroup(of: (WikiName, Result<ReadersCheck.Answer, DumpError>).self) { group in
            for (place, wiki) in configuration.wikis.filter({ !configuration.isPrivate($0) }).enumerated() {
                if place >= Processors.count, let (wiki, answer) = await group.next() { found[wiki] = answer }
                group.addTask { (wiki, await ask(wiki)) }
            }
            for await (wiki, answer) in group { found[wiki] = answer }
        }
        var problems: [ConfigurationProblem] = []
        var (notAsked, silent): ([WikiName], [(wiki: WikiName, reason: String)]) = ([], [])
        for (wiki, answer) in found.sorted(by: { $0.key < $1.key }) {
            switch answer {
            case .success(.sound): break
            case .success(.notAsked): notAsked.append(wiki)
            case .success(.silent(let reason)): silent.append((wiki, reason))
            case .failure(let error):
                if error.code == .cancelled { throw error }
                problems.append(
                    ConfigurationProblem(
                        .error, at: configuration.place(of: "privatelist", in: "wiki"), error.message,
                        remedy: error.remedy))
            }
        }
        if let first = silent.first {
            problems.append(
                ConfigurationProblem(
                    .note,
                    message:
                        "\(Self.text(silent.map(\.wiki))) did not say whether everybody may read it: \(first.reason)"
                ))
        }
        if !notAsked.isEmpty {
            problems.append(
                ConfigurationProblem(
                    .note, message: "cannot check whether everybody may read \(Self.text(notAsked))",
                    remedy:
                        "set dir or apiaddress in the section [wiki], or make sure that privatelist names all private wikis"
                ))
        }
        return problems
    }

    private func ask(_ wiki: WikiName) async -> Result<ReadersCheck.Answer, DumpError> {
        var source = configuration.settings(for: wiki).source
        guard source.asksWiki else { return .success(.notAsked) }
        // No retries: the person waiting for the answer can ask again.
        (source.mediaWiki.retries, source.mediaWiki.timeLimit) = (0, Self.limit)
        let inquiry = inquiry(source, wiki)
        do throws(DumpError) {
            return .success(
                try await ReadersCheck(wiki, isPrivate: false).check { () async throws(DumpError) in
                    try await inquiry.ask()
                })
        } catch {
            return .failure(error)
        }
    }

    private static func text(_ wikis: [WikiName]) -> String {
        let others = wikis.count > 1 ? " and \(wikis.count - 1) more" : ""
        return wikis.first.map { "\($0)\(others)" } ?? ""
    }
}
