/// A way to learn what a wiki says about itself.
protocol WikiInquiry: Sendable {
    /// Asks the wiki.
    /// - Throws: ``DumpError`` that says why there is no answer, or what is wrong with it.
    func ask() async throws(DumpError) -> WikiFacts
}

extension WikiFacts: WikiInquiry {
    /// Returns these facts; there is nothing to ask.
    public func ask() -> WikiFacts { self }
}

/// Tries several ways in turn, until one gives an answer.
struct FirstAnswer: WikiInquiry {
    /// The ways, best first; at least one.
    let ways: [any WikiInquiry]

    func ask() async throws(DumpError) -> WikiFacts {
        var failures: [DumpError] = []
        for way in ways {
            do throws(DumpError) {
                var facts = try await way.ask()
                facts.refusals = failures.map(\.description)
                if failures.contains(where: \.isReadDenial) { facts.everybodyMayRead = false }
                return facts
            } catch {
                if error.code == .cancelled { throw error }
                failures.append(error)
            }
        }
        if failures.count == 1 { throw failures[0] }
        throw DumpError(
            .source, "cannot get the facts about the wiki: " + failures.map(\.message).joined(separator: "; and "),
            remedy: failures.map(\.remedy).filter { !$0.isEmpty }.joined(separator: "; or "),
            cause: failures.first(where: \.isReadDenial)?.cause)
    }
}

/// Asks only once and keeps the answer, so that everything in a run agrees.
actor AskedOnce: WikiInquiry {
    private let inquiry: any WikiInquiry
    private var answer: WikiFacts?

    init(_ inquiry: any WikiInquiry) { self.inquiry = inquiry }

    func ask() async throws(DumpError) -> WikiFacts {
        if let answer { return answer }
        let facts = try await inquiry.ask()
        answer = facts
        return facts
    }
}
