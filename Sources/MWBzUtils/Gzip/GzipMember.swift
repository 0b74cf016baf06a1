/// Whole gzip members in one call.
///
/// A gzip file is one member or several, one behind the other; readers take them as one file.
public enum GzipMember {
    /// Asks zlib for the gzip wrapper (16) around the largest window (15).
    static let window: Int32 = 15 + 16

    /// Compresses bytes of any number into one complete member, with time 0 and no name, so that equal bytes give an
    /// equal member.
    /// - Parameters:
    ///   - bytes: The content.
    ///   - level: 1 (fast) to 9 (small).
    /// - Throws: ``BzError`` with code `library` when zlib cannot get memory.
    public static func compress(_ bytes: [UInt8], level: Int = 6) throws(BzError) -> [UInt8] {
        let encoder = try GzipMemberEncoder(level: level)
        var member = try encoder.append(bytes)
        member += try encoder.finish()
        return member
    }
}
