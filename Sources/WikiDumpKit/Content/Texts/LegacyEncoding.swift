import CLibrary

/// The encoding of texts without the flag `utf-8`, as `iconv` of the C library knows it.
///
/// PHP uses the same function of the same library, so that both agree on every byte, and it knows all encodings that a
/// wiki can have been set to. A table of our own for windows-1252 would cover most wikis and no others.
struct LegacyEncoding: Sendable, Hashable {
    /// Its name.
    let name: String

    /// Nil if the C library knows no such encoding.
    init?(_ name: String) {
        // What follows a slash would change how it converts.
        guard !name.isEmpty, !name.utf8.contains(where: { $0 == UInt8(ascii: "/") || $0 <= 0x20 }) else { return nil }
        let converter = unsafe iconv_open("UTF-8", name)
        guard unsafe Self.isOpen(converter) else { return nil }
        unsafe iconv_close(converter)
        self.name = name
    }

    /// A text in UTF-8. As with PHP, bytes that mean nothing are left out, and a text that ends in the middle of a
    /// character cannot be read.
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
                // Some libraries have gone on to the end by themselves, others wait before the byte.
                isCut = true
                read += 1
            default: return StoredText(.endsEarly(encoding: name))
            }
        }
        output.removeSubrange(written...)
        return StoredText(output, isCut ? .undecodable(encoding: name) : nil)
    }

    /// Converts as far as it goes.
    /// - Returns: Why it stopped before the end; nil at the end.
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
