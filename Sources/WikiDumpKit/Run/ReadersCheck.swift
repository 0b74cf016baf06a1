/// Holds what a wiki says about its readers against what the configuration makes of it.
struct ReadersCheck {
    /// What is known about who may read a wiki that is to be published.
    enum Answer: Equatable {
        /// Everybody may, or it is not published.
        case sound
        /// Nothing says how to ask the wiki.
        case notAsked
        /// The wiki was asked, and gave no answer; the text says why.
        case silent(String)
    }

    let name: WikiName
    let isPrivate: Bool

    init(_ wiki: any Wiki) { (name, isPrivate) = (wiki.name, wiki.isPrivate) }

    init(_ name: WikiName, isPrivate: Bool) { (self.name, self.isPrivate) = (name, isPrivate) }

    /// Refuses to publish a wiki that not everybody may read.
    /// - Parameter facts: asks the wiki.
    /// - Throws: ``DumpError`` with code `configuration`. What else keeps the wiki from being asked is no matter of its
    ///   readers; the run meets it again.
    @discardableResult
    func check(_ facts: () async throws(DumpError) -> WikiFacts) async throws(DumpError) -> Answer {
        if isPrivate { return .sound }
        do throws(DumpError) {
            let facts = try await facts()
            switch facts.everybodyMayRead {
            case true?: return .sound
            case false?: break
            case nil: return facts.refusals.isEmpty ? .notAsked : .silent(facts.refusals.joined(separator: "; "))
            }
        } catch {
            if error.code == .cancelled { throw error }
            guard error.isReadDenial else { return .silent(error.description) }
        }
        throw DumpError(
            .configuration,
            "the wiki \(name) says that not everybody may read it, but the configuration makes it public",
            remedy:
                "name it in the file of privatelist in the section [wiki]; to publish it all the same, let everybody "
                + "read it")
    }
}
