extension TableDialect {
    /// The condition on rows of `logging` that anybody may see.
    func condition(_ visibility: LogVisibility) -> String {
        func list(_ types: Set<String>) -> String { types.sorted().map(Self.literal).joined(separator: ", ") }
        let type = bytes(of: "log_type")
        return switch visibility {
        case .allExcept(let types): types.isEmpty ? "1 = 1" : "\(type) NOT IN (\(list(types)))"
        case .only(let types): types.isEmpty ? "1 = 0" : "\(type) IN (\(list(types)))"
        }
    }

    /// The condition that a stored text is another one. Both are compared as bytes, however the column stores them.
    func equal(_ column: String, _ text: String) -> String { "\(bytes(of: column)) = \(Self.literal(text))" }

    private func bytes(of column: String) -> String { "CAST(\(column) AS \(kind == .sqlite ? "BLOB" : "BINARY"))" }

    /// Bytes as digits, so that no text can end the statement.
    private static func literal(_ text: String) -> String { "X'\(text.utf8.hexadecimal)'" }
}
