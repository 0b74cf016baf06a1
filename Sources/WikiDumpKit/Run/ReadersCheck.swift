/// Holds what a wiki says about its readers against what the configuration makes of it.
struct ReadersCheck {
    let wiki: any Wiki

    /// Refuses to publish a wiki that not everybody may read.
    /// - Parameter facts: asks the wiki.
    /// - Throws: ``DumpError`` with code `configuration`. What else keeps the wiki from being asked is no matter of its
    ///   readers; the run meets it again.
    func check(_ facts: () async throws(DumpError) -> WikiFacts) async throws(DumpError) {
        if wiki.isPrivate { return }
        do throws(DumpError) {
            guard try await facts().everybodyMayRead == false else { return }
        } catch {
            if error.code == .cancelled { throw error }
            guard error.isReadDenial else { return }
        }
        throw DumpError(
            .configuration,
            "the wiki \(wiki.name) says that not everybody may read it, but the configuration makes it public",
            remedy:
                "name it in the file of privatelist in the section [wiki]; to publish it all the same, let everybody "
                + "read it")
    }
}
