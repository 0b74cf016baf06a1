/// A Mustache template that is part of the program, so that a binary needs no other files.
struct BuiltInTemplate: Sendable {
    /// What other templates call it.
    let name: String
    /// The file in the operator's folder that replaces it.
    let fileName: String
    /// The template.
    let text: String

    /// All of them.
    static let all = [report, job, siteIndex, style, footer]
}
