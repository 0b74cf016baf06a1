import CLibrary

/// The encoding of texts without the flag `utf-8`, as implemented by `iconv` of the C library.
///
/// PHP uses the same function of the same library. So both agree on every byte, and every encoding that a wiki may be set to
/// is known. A table of our own for windows-1252 would cover most wikis, but no other encoding.
struct LegacyEncoding: Sendable, Hashable {
    let name: String

    /// Nil if the C library does not know the encoding.
    init?(_ name: String) {
        // A suffix after a slash would change how iconv converts.
        guard !name.isEmpty, !name.utf8.contains(where: { $0 == UInt8(ascii: "/") || $0 <= 0x20 }) else { return nil }
        let converter = unsafe iconv_open("UTF-8", name)
        guard unsafe Self.isOpen(converter) else { return nil }
        unsafe iconv_close(converter)
        self.name = name
    }

    /// The text in UTF-8. As in PHP, invalid bytes are left out, and a text that ends in the middle of a character cannot be
    /// read.
    func decoded(_ text: [UInt8]) -> StoredText {
        let converter = unsafe iconv_open("UTF-8//IGNORE", name)
        guard unsafe Self.isOpen(converter) else { return StoredText(.undecodable(encoding: name)) }
        defer { unsafe iconv_close(converter) }
        var output = [UInt8](repeating: 0, count: text.count * 2 + 64)
        var (read, written, isCut) = (0, 0, false)
        var input = text
        while read < input.count {
            guard let code = unsafe Self.convert(converter, &input, &read, &output, &written) else { break }
            switch code {
            case E2BIG: output += [UInt8](repeating: 0, count: output.count)
            case EILSEQ:
                // Some libraries have already continued to the end; others stop before the byte.
                isCut = true
                read += 1
            default: return StoredText(.endsEarly(encoding: name))
            }
        }
        output.removeSubrange(written...)
        return StoredText(output, isCut ? .undecodable(encoding: name) : nil)
    }

    /// Converts as far as possible.
    /// - Returns: The error code if it stopped before the end; nil at the end.
    private static func convert(
        _ converter: iconv_t?, _ input: inout [UInt8], _ read: inout Int, _ output: inout [UInt8], _ written: inout Int
    ) -> Int32? {
        var (left, room) = (input.count - read, output.count - written)
        let result = unsafe input.withUnsafeMutableBytes { source in
            unsafe output.withUnsafeMutableBytes { target in
                var from = unsafe source.baseAddress?.advanced(by: read).assumingMemoryBound(to: CChar.self)
                var to = unsafe target.baseAddress?.advanced(by: written).assumingMemoryBound(to: CChar.self)
                return unsafe iconv(converter, &from, &left, &to, &room)
            }
        }
        let code = errno
        (read, written) = (input.count - left, output.count - room)
        return result == -1 ? code : nil
    }

    private static func isOpen(_ converter: iconv_t?) -> Bool { Int(bitPattern: converter) != -1 }
}
