/// The index beside a multistream dump: a line for each page, `offset:pageid:title`, in the order of the dump.
///
/// The offset is that of the first byte of the stream the page is in; the title is as in the XML, with entities.
public enum MultistreamIndex {
    /// The line of a page.
    /// - Parameters:
    ///   - offset: Where its stream begins, in bytes from the start of the dump.
    ///   - pageID: The id of the page.
    ///   - title: The title as it stands in the XML.
    public static func line(offset: Int64, pageID: Int64, title: [UInt8]) -> [UInt8] {
        var line = Array("\(offset):\(pageID):".utf8)
        if title.contains(where: isLineEnd) {
            // No title has a line end unless it is damaged; an entity keeps it on its line.
            for byte in title { line += isLineEnd(byte) ? Array("&#\(byte);".utf8) : [byte] }
        } else {
            line += title
        }
        line.append(UInt8(ascii: "\n"))
        return line
    }

    private static func isLineEnd(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") }
}
