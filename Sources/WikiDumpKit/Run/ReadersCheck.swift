/// Compares what a wiki says about who may read it with what the configuration makes of it.
struct ReadersCheck {
    /// What is known about the readers of a wiki that is to be published.
    enum Answer: Equatable {
        /// Everybody may read the wiki, or it is not published.
        case sound
        /// The configuration does not say how to ask the wiki.
        case notAsked
        /// The wiki was asked but gave no answer; the text says why.
        case silent(String)
    }

    let name: WikiName
    let isPrivate: Bool

    init(_ wiki: any Wiki) { (name, isPrivate) = (wiki.name, wiki.isPrivate) }

    init(_ name: WikiName, isPrivate: Bool) { (self.name, self.isPrivate) = (name, isPrivate) }

    /// Throws if the wiki would be published although not everybody may read it.
    /// - Parameter facts: Asks the wiki.
    /// - Throws: ``DumpError`` with code `configuration`, or `cancelled`. Other errors that keep the wiki from being asked say
    ///   nothing about its readers; the run will meet them again.
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
                "add it to the file that privatelist in the section [wiki] names; to publish it anyway, let everybody "
                + "read it")
    }
}
