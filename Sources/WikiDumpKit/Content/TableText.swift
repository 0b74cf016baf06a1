/// Reads a table as SQL text, piece by piece.
public protocol TableTextCursor: Sendable {
    /// The next piece, or nil at the end. All pieces together are the text.
    func next() async throws(DumpError) -> TableText?
}

/// A piece of a table as SQL text: whole statements.
public struct TableText: Sendable, Hashable {
    /// The statements.
    public let bytes: [UInt8]
    /// How many rows they insert.
    public let rowCount: Int64

    /// Makes a piece.
    public init(bytes: [UInt8], rowCount: Int64) {
        self.bytes = bytes
        self.rowCount = rowCount
    }
}
