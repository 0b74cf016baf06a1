/// Tells of bytes after a dump that belong to no stream: they are no part of its text, and may be a sign of damage.
enum TrailingBytes {
    /// - Parameter offset: where they begin, in bytes from the start of the file; nil if there are none.
    static func tell(_ file: String, from offset: Int64?) {
        guard let offset else { return }
        printError("\(file): what stands from byte \(offset) on belongs to no stream and was left out")
    }
}
