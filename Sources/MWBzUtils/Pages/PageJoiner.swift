/// Makes one page of its pieces, each from `<page>` to `</page>`, which arrive in chunks of any size.
public struct PageJoiner: Sendable {
    private let id: Int64
    private var joiner = ExportJoiner()

    /// - Parameter id: The id of the page.
    public init(id: Int64) { self.id = id }

    /// Begins a piece.
    /// - Parameter isLast: Whether no other piece follows.
    public mutating func begin(isLast: Bool) { joiner.begin(isLast: false, next: isLast ? nil : id) }

    /// Takes the next bytes of the piece.
    /// - Returns: What is ready now.
    /// - Throws: ``BzError`` with code `damaged` if a revision is in two pieces, or comes too late.
    public mutating func append(_ bytes: [UInt8]) throws(BzError) -> [UInt8] { try joiner.append(bytes) }

    /// Ends the piece.
    /// - Returns: The rest of it.
    /// - Throws: ``BzError`` with code `truncated` if it has no end.
    public mutating func end() throws(BzError) -> [UInt8] {
        let ready = try joiner.append(Array("</mediawiki>".utf8))
        return try ready + joiner.end()
    }
}
