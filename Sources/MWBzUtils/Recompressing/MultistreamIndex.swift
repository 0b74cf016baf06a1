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
        line += title
        line.append(UInt8(ascii: "\n"))
        return line
    }
}
