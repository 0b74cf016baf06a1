/// A Mustache template that is built into the program, so that the binary needs no other files.
struct BuiltInTemplate: Sendable {
    /// The name that other templates use for it.
    let name: String
    /// The file in the operator's folder that replaces it.
    let fileName: String
    let text: String

    static let all = [
        report, guide, files, job, siteIndex, wikiRow, wiki, chart, head, footer, style, script,
    ]
}
