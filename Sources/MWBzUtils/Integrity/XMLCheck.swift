/// Checks that XML that arrives in chunks of any size is UTF-8 and well-formed, as a parser would.
///
/// The rules are those of XML 1.0 for documents without a document type: characters, references, tags that are nested, comments,
/// CDATA sections and instructions. Only the first fault is found, since a parser stops there.
struct XMLCheck {
    /// What is wrong.
    struct Fault: Sendable, Hashable {
        /// Where, in bytes from the start of the text.
        let offset: Int64
        /// What, in words.
        let reason: String
    }

    private enum State {
        /// Text between tags.
        case text
        /// After `&`; what follows is kept in ``word``.
        case reference
        /// After `<`.
        case open
        /// In the name of a tag.
        case name
        /// In a tag, behind its name or an attribute.
        case inTag(hasBlank: Bool)
        case attribute
        /// Behind the name of an attribute.
        case equals(isSeen: Bool)
        case value(quote: UInt8)
        /// After the `/` of `<name/>`.
        case slash
        /// Behind the name of an end tag.
        case endTag
        /// After `<!`.
        case declaration
        case comment(hyphens: Int)
        case data(brackets: Int)
        case instruction(isMark: Bool)
        /// In a document type, which exports do not have.
        case skipped
    }

    private static let longestName = 200
    private var state = State.text
    /// Where to go on behind a reference.
    private var outer: UInt8?
    private var word: [UInt8] = []
    private var isEnd = false
    private var elements: [[UInt8]] = []
    private var brackets = 0
    private var offset: Int64 = 0
    /// Bytes of a character that are still to come, the least and greatest that the next one may be, and the character so far.
    private var following = 0
    private var range: ClosedRange<UInt8> = 0x80...0xBF
    private var scalar: UInt32 = 0
    private(set) var fault: Fault?

    /// Bytes of text that need no look: neither markup nor control characters, and ASCII.
    private static let plain: [Bool] = (0...255).map { byte in
        (byte >= 0x20 && byte < 0x80 || [0x09, 0x0A, 0x0D].contains(byte)) && ![0x3C, 0x26, 0x5D, 0x3E].contains(byte)
    }

    /// Takes the next bytes. Nothing is looked at after a fault.
    mutating func add(_ bytes: [UInt8]) {
        guard fault == nil else { return }
        unsafe bytes.withUnsafeBufferPointer { bytes in
            unsafe Self.plain.withUnsafeBufferPointer { plain in
                var index = 0
                while index < bytes.count {
                    if case .text = state, following == 0 {
                        let start = index
                        while index < bytes.count, unsafe plain[Int(bytes[index])] { index += 1 }
                        if index > start { brackets = 0 }
                        guard index < bytes.count else { break }
                    }
                    let byte = unsafe bytes[index]
                    if let reason = character(byte) ?? (byte < 0x80 ? take(byte) : takeBeyond(byte)) {
                        fault = Fault(offset: offset + Int64(index), reason: reason)
                        return
                    }
                    index += 1
                }
            }
        }
        offset += Int64(bytes.count)
    }

    /// Ends the text. What is open is told by others.
    mutating func finish() {
        if fault == nil, following > 0 { fault = Fault(offset: offset, reason: "a character that is cut off") }
    }

    // MARK: Characters

    private mutating func character(_ byte: UInt8) -> String? {
        if following > 0 {
            guard range.contains(byte) else { return "a byte that is not UTF-8" }
            range = 0x80...0xBF
            scalar = scalar << 6 | UInt32(byte & 0x3F)
            following -= 1
            return following == 0 && scalar & 0xFFFE == 0xFFFE && scalar < 0x1_0000
                ? "the character U+\(String(scalar, radix: 16, uppercase: true)), which XML forbids" : nil
        }
        switch byte {
        case 0x20..<0x80, 0x09, 0x0A, 0x0D: return nil
        case 0..<0x20:
            return "the control character U+00\(byte < 16 ? "0" : "")\(String(byte, radix: 16, uppercase: true))"
        case 0xC2...0xDF: (following, scalar) = (1, UInt32(byte & 0x1F))
        case 0xE0...0xEF:
            (following, scalar) = (2, UInt32(byte & 0x0F))
            // Neither longer than need be, nor half of a pair of UTF-16.
            range = byte == 0xE0 ? 0xA0...0xBF : byte == 0xED ? 0x80...0x9F : 0x80...0xBF
        case 0xF0...0xF4:
            (following, scalar) = (3, UInt32(byte & 0x07))
            range = byte == 0xF0 ? 0x90...0xBF : byte == 0xF4 ? 0x80...0x8F : 0x80...0xBF
        default: return "a byte that is not UTF-8"
        }
        return nil
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        byte >= 0x80 || (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte)
            || [0x2D, 0x2E, 0x3A, 0x5F].contains(byte)
    }

    private static func isNameStart(_ byte: UInt8) -> Bool {
        isNameByte(byte) && !(0x30...0x39).contains(byte) && byte != 0x2D && byte != 0x2E
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte <= 0x20 }

    // MARK: Markup

    /// Takes a byte of a character that is not ASCII.
    private mutating func takeBeyond(_ byte: UInt8) -> String? {
        switch state {
        case .text: brackets = 0
        case .value, .skipped: return nil
        case .comment: state = .comment(hyphens: 0)
        case .data: state = .data(brackets: 0)
        case .instruction: state = .instruction(isMark: false)
        case .name, .attribute, .open, .inTag: return take(byte)
        case .reference: return "an & that begins no reference"
        case .equals, .slash, .endTag, .declaration: return "a tag that is not well-formed"
        }
        return nil
    }

    private mutating func take(_ byte: UInt8) -> String? {
        switch state {
        case .text: return takeText(byte)
        case .reference: return takeReference(byte)
        case .open:
            switch byte {
            case 0x2F: (isEnd, word, state) = (true, [], .name)
            case 0x21: (word, state) = ([], .declaration)
            case 0x3F: state = .instruction(isMark: false)
            case _ where Self.isNameStart(byte): (isEnd, word, state) = (false, [byte], .name)
            default: return "a < that begins no tag"
            }
        case .name:
            if Self.isNameByte(byte) {
                if word.count < Self.longestName { word.append(byte) }
                return nil
            }
            guard let first = word.first, Self.isNameStart(first) else { return "a < that begins no tag" }
            if isEnd {
                state = .endTag
            } else {
                elements.append(word)
                state = .inTag(hasBlank: false)
            }
            return take(byte)
        case .endTag:
            if Self.isBlank(byte) { return nil }
            guard byte == 0x3E else { return "an end tag that is not well-formed" }
            guard elements.last == word else {
                let open =
                    elements.last.map { "inside <\(String(decoding: $0, as: UTF8.self))>" } ?? "outside of the export"
                return "</\(String(decoding: word, as: UTF8.self))> \(open)"
            }
            elements.removeLast()
            state = .text
        case .inTag(let hasBlank): return takeInTag(byte, hasBlank)
        case .attribute:
            if Self.isNameByte(byte) { return nil }
            state = .equals(isSeen: false)
            return take(byte)
        case .equals(let isSeen):
            switch byte {
            case 0x3D where !isSeen: state = .equals(isSeen: true)
            case 0x22 where isSeen, 0x27 where isSeen: state = .value(quote: byte)
            case _ where Self.isBlank(byte): break
            default: return "an attribute without a value in quotes"
            }
        case .value(let quote):
            switch byte {
            case quote: state = .inTag(hasBlank: false)
            case 0x3C: return "a < in the value of an attribute"
            case 0x26: (outer, word, state) = (quote, [], .reference)
            default: break
            }
        case .slash:
            guard byte == 0x3E else { return "a tag that is not well-formed" }
            elements.removeLast()
            state = .text
        case .declaration:
            word.append(byte)
            if word == [0x2D, 0x2D] {
                state = .comment(hyphens: 0)
            } else if word == Array("[CDATA[".utf8) {
                guard !elements.isEmpty else { return "a CDATA section outside of the export" }
                state = .data(brackets: 0)
            } else if word.count > 7 {
                state = .skipped
            }
        case .comment(let hyphens):
            if hyphens >= 2 {
                guard byte == 0x3E else { return "-- inside a comment" }
                state = .text
            } else {
                state = .comment(hyphens: byte == 0x2D ? hyphens + 1 : 0)
            }
        case .data(let brackets):
            if byte == 0x3E, brackets >= 2 {
                state = .text
            } else {
                state = .data(brackets: byte == 0x5D ? brackets + 1 : 0)
            }
        case .instruction(let isMark):
            if byte == 0x3E, isMark { state = .text } else { state = .instruction(isMark: byte == 0x3F) }
        case .skipped: if byte == 0x3E { state = .text }
        }
        return nil
    }

    private mutating func takeText(_ byte: UInt8) -> String? {
        defer { if byte != 0x5D { brackets = 0 } }
        switch byte {
        case 0x3C: state = .open
        case 0x26: (outer, word, state) = (nil, [], .reference)
        case 0x5D: brackets += 1
        case 0x3E where brackets >= 2: return "]]> in text"
        default: break
        }
        return nil
    }

    private mutating func takeInTag(_ byte: UInt8, _ hasBlank: Bool) -> String? {
        switch byte {
        case 0x3E: state = .text
        case 0x2F: state = .slash
        case _ where Self.isBlank(byte): state = .inTag(hasBlank: true)
        case _ where Self.isNameStart(byte) && hasBlank: state = .attribute
        default: return "a tag that is not well-formed"
        }
        return nil
    }

    private mutating func takeReference(_ byte: UInt8) -> String? {
        guard byte == 0x3B else {
            word.append(byte)
            let isPossible = word.count <= 10 && (Self.isNameByte(byte) || byte == 0x23 && word.count == 1)
            return isPossible ? nil : "an & that begins no reference"
        }
        state = outer.map { .value(quote: $0) } ?? .text
        let name = String(decoding: word, as: UTF8.self)
        if ["lt", "gt", "amp", "quot", "apos"].contains(name) { return nil }
        guard name.hasPrefix("#") else { return "the reference &\(name); to nothing that is known" }
        let digits = name.dropFirst()
        let code = digits.hasPrefix("x") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
        guard let code, let scalar = Unicode.Scalar(code), scalar.value & 0xFFFE != 0xFFFE || scalar.value > 0xFFFF,
            scalar.value >= 0x20 || [0x09, 0x0A, 0x0D].contains(scalar.value)
        else { return "the reference &\(name); to no character of XML" }
        return nil
    }
}
